"""The archive on disk: what comes back, what stays out of it, and that it is there as a whole or not at all."""

from __future__ import annotations

import gc
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_sign_ins import MINUTE, NOON, SECOND, batch_of, sign_in
from unbroken.entra.cube import CUBE_COLUMNS, LOGGED_COLUMNS, LoggedAddress, LoggedContext, LoggedDevice, LoggedTarget, LoggedUser
from unbroken.entra.sign_in import SignInBatch
from unbroken.errors import BadInput, UnbrokenError, WrongUsage
from unbroken.store.archive import Archive, build_archive
from unbroken.store.folder import MANIFEST, purge

Build = Callable[..., Archive]


def test_facts_come_back_as_they_were_logged(archive_of: Build) -> None:
    device = {"device_id": "pc", "device_name": "PC1", "trust_type": "Azure AD joined", "is_compliant": True, "is_managed": False}
    facts = archive_of(
        [sign_in(audiences=("x", "y"), operating_system="Windows", applied_policies=(("q", "a"), ("p", "b")), **device)]
    ).dictionaries()
    assert facts.users == [LoggedUser("ann", "ann@contoso.example", "", "", "", "")]
    assert facts.targets == [LoggedTarget("mail", "", "exchange", "", ("x", "y"))]
    assert facts.contexts == [
        LoggedContext(
            "Browser",
            "Windows",
            is_interactive=True,
            authentication_protocol="",
            transfer_method="",
            sign_in_risk="",
            user_risk="",
            event_type="",
        )
    ]
    assert facts.devices == [LoggedDevice("pc", "PC1", "Azure AD joined", is_compliant=True, is_managed=False, known=True)]
    assert facts.addresses == [LoggedAddress("192.0.2.7", "GB")]
    assert facts.applied == [(("p", "b"), ("q", "a"))]


def test_no_policies_are_not_the_same_as_policies_not_said(archive_of: Build) -> None:
    assert archive_of([sign_in(applied_policies=None), sign_in(applied_policies=())]).dictionaries().applied == [(), None]


def test_the_cube_counts_equal_facts_and_the_log_tells_results_apart(archive_of: Build) -> None:
    rows = [sign_in(created=NOON + n * MINUTE, error_code=code) for n, code in enumerate((0, 0, 53003))]
    archive = archive_of([*rows, sign_in(ip_address="2001:db8::1", error_code=None)])
    cube, logged = archive.whole_cube(), archive.logged()
    assert (tuple(cube), tuple(logged)) == (CUBE_COLUMNS, LOGGED_COLUMNS)
    assert (cube["count"].tolist(), cube["first"].tolist(), cube["last"].tolist()) == ([3, 1], [NOON, NOON], [NOON + 2 * MINUTE, NOON])
    assert list(zip(logged["tuple"].tolist(), logged["error_code"].tolist(), logged["count"].tolist(), strict=True)) == [
        (0, 0, 2),
        (0, 53003, 1),
        (1, -1, 1),
    ]
    assert [archive.example_id(position) for position in logged["example"].tolist()] == [
        rows[0]["id"],
        rows[2]["id"],
        "id-" + str(int(rows[2]["id"][3:]) + 1),
    ]


def test_a_position_that_is_not_there_is_a_key_error(archive_of: Build) -> None:
    with pytest.raises(KeyError):
        archive_of([sign_in()]).example_id(1)


def test_a_user_keeps_the_newest_names_and_is_one_with_rows_that_lack_the_id(archive_of: Build) -> None:
    old = sign_in(user_principal_name="ann@old.example", user_display_name="Ann Old", created=NOON - MINUTE)
    archive = archive_of(
        [sign_in(user_display_name="Ann"), old, sign_in(user_id="", user_principal_name="ANN@contoso.example", created=NOON + MINUTE)]
    )
    assert archive.dictionaries().users == [LoggedUser("ann", "ANN@contoso.example", "Ann", "", "", "")]
    assert archive.whole_cube()["count"].tolist() == [3]


def test_an_empty_log_is_an_empty_archive(archive_of: Build) -> None:
    archive = archive_of([])
    assert (archive.evaluated, archive.first, archive.last, list(archive.cube())) == (0, 0, 0, [])
    assert (archive.legacy(), len(archive.logged()["tuple"]), len(archive.whole_cube()["user"])) == ([], 0, 0)


def test_every_row_carries_its_tenant(archive_of: Build) -> None:
    archive = archive_of([sign_in()])
    for kind in ("sign-ins", "cube", "logged"):
        assert duckdb.connect().execute("SELECT DISTINCT tenant FROM read_parquet($f)", {"f": archive.files(kind)}).fetchall() == [
            ("tenant",)
        ]


def test_progress_names_the_stage_and_the_rows(archive_of: Build) -> None:
    seen: list[tuple[str, int, int]] = []
    archive_of([sign_in()], [sign_in(), sign_in()], progress=lambda *step: seen.append(step))
    assert seen == [("read", 1, 0), ("read", 3, 0), ("sign-ins", 3, 3)]


def test_an_archive_can_be_opened_again(archive_of: Build) -> None:
    built = archive_of([sign_in(), sign_in(created=NOON + MINUTE)])
    opened = Archive(built.folder)
    assert (opened.tenant_id, opened.evaluated, opened.first, opened.last) == ("tenant", 2, NOON, NOON + MINUTE)
    assert list(opened.folder.iterdir()) == list(built.folder.iterdir())
    assert not [path for path in opened.folder.iterdir() if path.is_dir()]


def broken_log() -> Iterator[SignInBatch]:
    yield batch_of([sign_in()])
    raise BadInput("log.json:2", "is cut off", remedy="download it again")


def test_a_build_leaves_the_garbage_collector_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        build_archive(broken_log(), tmp_path / "archive", tenant_id="t")
    assert gc.isenabled()
    build_archive([batch_of([sign_in()])], tmp_path / "archive", tenant_id="t")
    assert gc.isenabled()


def test_a_build_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        build_archive(broken_log(), tmp_path / "archive", tenant_id="t")
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_breaks_off_leaves_the_archive_that_was_there(archive_of: Build) -> None:
    archive = archive_of([sign_in()])
    with pytest.raises(BadInput):
        build_archive(broken_log(), archive.folder, tenant_id="t")
    assert Archive(archive.folder).evaluated == 1
    assert list(archive.folder.parent.iterdir()) == [archive.folder]


def test_a_new_archive_takes_the_place_of_an_old_one(archive_of: Build) -> None:
    archive_of([sign_in()])
    archive = archive_of([sign_in(), sign_in()])
    assert archive.evaluated == 2
    assert list(archive.folder.parent.iterdir()) == [archive.folder]


def test_nothing_is_built_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(WrongUsage, match="other files"):
        build_archive([], tmp_path, tenant_id="t")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_place_where_nothing_can_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnbrokenError, match="cannot be written"):
        build_archive([], tmp_path / "file" / "archive", tenant_id="t")


def test_purge_deletes_an_archive_and_what_broken_builds_left(archive_of: Build) -> None:
    archive = archive_of([sign_in()])
    (archive.folder.parent / ".archive.unbroken-building-x").mkdir()
    assert purge(archive.folder)
    assert list(archive.folder.parent.iterdir()) == []
    assert not purge(archive.folder)


def test_purge_refuses_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "cube-00000.parquet").write_bytes(b"someone else's")
    with pytest.raises(WrongUsage):
        purge(tmp_path)
    assert (tmp_path / "cube-00000.parquet").exists()


@pytest.mark.parametrize(("manifest", "problem"), [(None, "not a sign-in archive"), ("{", "cannot be read"), ("{}", "cannot be read")])
def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path, manifest: str | None, problem: str) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(BadInput, match=problem):
        Archive(tmp_path)


def test_an_archive_of_another_format_is_refused(archive_of: Build) -> None:
    manifest = archive_of([]).folder / MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"format": 1', '"format": 9'), encoding="utf-8")
    with pytest.raises(BadInput, match="format 9"):
        Archive(manifest.parent)


def test_legacy_use_is_what_is_not_modern_and_silence_is_unknown(archive_of: Build) -> None:
    imap: dict[str, Any] = {"client_app_used": "imap4", "user_agent": "BAV2ROPC", "app_display_name": "Exchange", "device_name": "ERP"}
    codes = (0, 0, 50126, None)
    rows = [sign_in(created=NOON + n, error_code=code, ip_address=f"192.0.2.{n}", **imap) for n, code in enumerate(codes)]
    modern = [sign_in(client_app_used=client) for client in ("Browser", "MOBILE APPS AND DESKTOP CLIENTS", "", "unknown")]
    (use,) = archive_of(rows, modern).legacy()
    assert (use.user, use.client_app_used, use.device, use.user_agent, use.app_name) == (0, "imap4", "ERP", "BAV2ROPC", "Exchange")
    assert (use.successes, use.failures, use.unstated, use.last_success) == (2, 1, 1, NOON + 1)


def test_a_legacy_client_that_never_got_in_has_no_last_success(archive_of: Build) -> None:
    (use,) = archive_of([sign_in(client_app_used="POP3", error_code=53003)]).legacy()
    assert (use.successes, use.failures, use.last_success) == (0, 1, None)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["", "a", "b", "c", "d", "e", "f"]),
            "user_id": st.sampled_from(["ann", "bob"]),
            "app_id": st.sampled_from(["mail", "chat"]),
            "created": st.integers(0, 40).map(lambda minutes: NOON + minutes * MINUTE),
            "error_code": st.sampled_from([0, 0, 50074, 50140, 53003, None]),
            "correlation_id": st.sampled_from(["", "x", "y"]),
            "original_request_id": st.sampled_from(["", "a", "b"]),
            "session_id": st.sampled_from(["", "s"]),
            "authentication_requirement": st.sampled_from(["", "multiFactorAuthentication"]),
        }
    ),
    max_size=15,
)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 2**16), cut=st.integers(0, 15))
def test_counts_add_up_and_the_order_of_files_does_not_matter(rows: list[dict[str, object]], seed: int, cut: int) -> None:
    log = [sign_in(**{"user_principal_name": row["user_id"], **row}) for row in rows]
    mixed = log.copy()
    random.Random(seed).shuffle(mixed)  # noqa: S311
    with tempfile.TemporaryDirectory() as place:
        one = build_archive([batch_of(log)], Path(place, "one"), tenant_id="t")
        two = build_archive([batch_of(mixed[:cut]), batch_of(mixed[cut:])], Path(place, "two"), tenant_id="t", rows_at_once=5)
        assert one.duplicates + one.joined + one.evaluated == len(rows)
        assert one.whole_cube()["count"].sum() == one.logged()["count"].sum() == one.evaluated
        assert (one.manifest, one.dictionaries()) == (two.manifest, two.dictionaries())
        for name in CUBE_COLUMNS:
            assert one.whole_cube()[name].tolist() == two.whole_cube()[name].tolist()
        for name in LOGGED_COLUMNS:
            assert one.logged()[name].tolist() == two.logged()[name].tolist()


def test_a_log_larger_than_its_memory_goes_through(tmp_path: Path) -> None:
    def batches() -> Iterator[SignInBatch]:
        for number in range(20):
            yield batch_of(
                sign_in(
                    id=f"{number:08x}-{row:027x}",
                    user_id=f"user{row % 977}",
                    user_principal_name=f"user{row % 977}",
                    correlation_id=f"c{number}-{row // 2}",
                    session_id=f"s{row % 977}",
                    created=NOON + (number * 5000 + row) * SECOND,
                    error_code=50074 if row % 97 == 0 else 0,
                )
                for row in range(5000)
            )

    archive = build_archive(batches(), tmp_path / "archive", tenant_id="t", memory_limit="40MiB", rows_at_once=15_000)
    assert archive.duplicates + archive.joined + archive.evaluated == 100_000
    assert len(archive.files("cube")) > 5
    assert archive.whole_cube()["count"].sum() == archive.evaluated
