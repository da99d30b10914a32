"""Real logs of others go into an archive without a row lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from unbroken.entra.sign_in import ReadCount
from unbroken.sources.sign_ins import read_sign_ins
from unbroken.store.archive import build_archive


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "duplicates"),
    [
        ("msticpy_aad_logons.jsonl", 41),
        ("msticnb_one_user.jsonl", 0),
        ("panther_azure_events.jsonl", 0),
        ("otrf_aad_audit_events.jsonl", 0),
    ],
)
def test_every_record_lands_in_exactly_one_count(shared: Path, tmp_path: Path, name: str, duplicates: int) -> None:
    count = ReadCount()
    archive = build_archive(read_sign_ins([shared / "data" / "sign-ins" / name], count), tmp_path / "archive", tenant_id="t")
    assert count.read == archive.duplicates + archive.joined + archive.evaluated + sum(count.skipped.values())
    assert archive.whole_cube()["count"].sum() == archive.evaluated
    assert archive.duplicates == duplicates
