"""`unbroken purge`: delete what was stored."""

from __future__ import annotations

import sys
from pathlib import Path

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.errors import UnbrokenError


def purge(folder: Path | None = None, *, format: Format = "text") -> int:  # noqa: A002 -- the option's name
    """Delete what was stored of sign-in logs: an archive that assess was told to keep, or leftovers.

    Your exports and reports stay. Refuses a folder that holds anything else.

    Parameters
    ----------
    folder
        The folder of assess --keep. Without it, what commands that were broken off left in the temporary folder,
        once it is six hours old.
    """
    from unbroken import wiring

    deleted = wiring.purge(folder)
    if folder is not None and not deleted and not folder.exists():
        raise UnbrokenError(f"{folder} does not exist", remedy="name the folder of assess --keep")
    if format == "json":
        print_json({"deleted": [str(path) for path in deleted]})
        return 0
    sys.stdout.writelines(f"deleted {path}\n" for path in deleted)
    if not deleted:
        sys.stdout.write("nothing was stored there\n" if folder else "nothing was left over, older than six hours\n")
    return 0
