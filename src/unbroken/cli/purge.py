"""`unbroken purge`: delete what was stored."""

from __future__ import annotations

import sys
from pathlib import Path

from unbroken.errors import UnbrokenError


def purge(folder: Path | None = None) -> int:
    """Delete what was stored of sign-in logs: an archive that assess was told to keep, or leftovers.

    Your exports and reports stay. Refuses a folder that holds anything else.

    Parameters
    ----------
    folder
        The folder of assess --keep. Without it, what commands that were broken off left in the temporary folder.
    """
    from unbroken import wiring

    deleted = wiring.purge(folder)
    if folder is not None and not deleted and not folder.exists():
        raise UnbrokenError(f"{folder} does not exist", remedy="name the folder of assess --keep")
    sys.stdout.writelines(f"deleted {path}\n" for path in deleted)
    if not deleted:
        sys.stdout.write("nothing was stored there\n" if folder else "nothing was left over\n")
    return 0
