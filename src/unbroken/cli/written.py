"""Files that commands write beside their answer."""

from __future__ import annotations

from pathlib import Path

from unbroken.errors import UnbrokenError


def refuse_missing_folder(report: Path | None) -> None:
    """Refuse before the work a report that could not be written after it."""
    if report is not None and not report.parent.is_dir():
        raise UnbrokenError(f"{report}: there is no folder {report.parent}", remedy="make it first, or name another file with --report")


def write(file: Path, text: str) -> None:
    """Write a file that only its owner may read; raise UnbrokenError when that is not possible."""
    from unbroken.report.private_file import private_file

    try:
        with private_file(file) as out:
            out.write(text)
    except OSError as error:
        raise UnbrokenError(f"{file}: cannot be written ({error.strerror})", remedy="name another file with --report") from error
