"""A sign-in log in the forms it passes through: files, the archive, and what the replay reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.wiring.policies import Progress

if TYPE_CHECKING:
    from unbroken.entra.cube import Dictionaries
    from unbroken.entra.sign_in import ReadCount
    from unbroken.evaluate.legacy import LegacyUse
    from unbroken.evaluate.log import Log
    from unbroken.graph.fetch import Fetched
    from unbroken.store.archive import Archive
    from unbroken.store.questions import LegacyUse as StoredUse


def archive_of(paths: Sequence[Path], folder: Path, tenant_id: str, progress: Progress | None) -> tuple[Archive, ReadCount]:
    """Return the archive of the logs at `paths`, built in `folder` unless it is there already, and where every row went."""
    from unbroken.entra.sign_in import ReadCount
    from unbroken.sources.sign_ins import read_sign_ins
    from unbroken.store.archive import Archive, build_archive
    from unbroken.store.reading import same_reading, write_reading

    known = same_reading(folder, paths)
    if known is not None:
        return Archive(folder), known
    count = ReadCount()
    archive = build_archive(read_sign_ins(paths, count, tenant_id=tenant_id), folder, tenant_id=tenant_id, progress=progress)
    write_reading(folder, paths, count)
    return archive, count


def log_of(archive: Archive, count: ReadCount) -> Log:
    """Return the archive as the replay needs it."""
    from unbroken.evaluate.blast_radius import SignInCounts
    from unbroken.evaluate.log import Log

    facts = archive.dictionaries()
    return Log(
        facts=facts,
        cube=archive.whole_cube(),
        logged=archive.logged(),
        example=archive.example_id,
        moments=lambda: ((piece["tuple"], piece["created"]) for piece in archive.sign_ins("tuple", "created")),
        legacy=_legacy_uses(archive.legacy(), facts, count),
        counts=SignInCounts(
            read=count.read,
            duplicates=archive.duplicates,
            joined=archive.joined,
            evaluated=archive.evaluated,
            skipped=dict(count.skipped),
        ),
        first_us=archive.first,
        last_us=archive.last,
        problems=tuple(count.problems),
        files=tuple(count.files),
    )


def _legacy_uses(stored: Iterable[StoredUse], facts: Dictionaries, count: ReadCount) -> tuple[LegacyUse, ...]:
    """Return the store's legacy rows in the evaluator's words, with the first-factor failures the reader counted."""
    from unbroken.evaluate.legacy import LegacyUse

    uses = [
        LegacyUse(
            user_id=facts.users[each.user].id,
            user_principal_name=facts.users[each.user].user_principal_name,
            client_app_used=each.client_app_used,
            device=each.device or each.operating_system,
            user_agent=each.user_agent,
            app=each.app_name or each.app_id,
            successes=each.successes,
            failures=each.failures,
            last_success_us=each.last_success,
        )
        for each in stored
    ]
    for (user_id, name, client, app), failures in count.first_factor_failures.items():
        uses.append(LegacyUse(user_id=user_id, user_principal_name=name, client_app_used=client, app=app, first_factor_failures=failures))
    return tuple(uses)


def keep_log(fetched: Fetched, keep: Path, progress: Progress | None) -> None:
    """Build the archive of a fetched tenant's log in the folder `keep`, as `assess` would."""
    from unbroken.sources.tenant import signin_paths

    archive_of(signin_paths(fetched.folder), keep, fetched.tenant_id, progress)
