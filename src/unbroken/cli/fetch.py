"""`unbroken fetch`: a tenant into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.cli.sign_in_options import NONE_GIVEN, Options, sign_in_of
from unbroken.errors import WrongUsage

if TYPE_CHECKING:
    from unbroken.graph.fetch import Fetched

Names = Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)]


def fetch(
    *,
    out: Path,
    days: int = 30,
    without: Names = None,
    keep: Path | None = None,
    sign_in_options: Options = NONE_GIVEN,
    format: Format = "text",  # noqa: A002 -- the option's name
) -> int:
    """Fetch a tenant from Microsoft Graph: everything the other commands ask for, and its sign-ins. Reads only.

    A fetch that was cut off goes on where it was when it is run again; later runs read what is new. The folder changes only
    when everything was read: it never shows half a directory.

    Parameters
    ----------
    out
        Tenant folder to write; empty, or written by an earlier fetch of the same tenant.
    days
        How many days of sign-ins; Entra ID keeps 30 with P1 or P2.
    without
        Collections to leave out, such as userAuthenticationRequirements, which takes a request for every account. May be repeated.
    keep
        Also keep what assess needs of the log in this folder: give the same one to assess --keep.
    """
    from unbroken import wiring
    from unbroken.cli.progress import bars

    if days < 1 or days > 3650:
        raise WrongUsage(f"--days {days} is not between 1 and 3650", remedy="leave it out for 30 days")
    if keep is not None:
        from unbroken.store.folder import refuse_foreign

        refuse_foreign(keep)
    left_out, sign_in = _known(without or []), sign_in_of(sign_in_options)
    with bars() as told:
        found = wiring.fetch(
            out,
            sign_in,
            days=days,
            without=left_out,
            trace=sign_in_options.trace,
            say=_say,
            progress=told,
        )
        if keep is not None:
            wiring.keep_log(found, keep, told)
    _warn(found)
    _print(found, format)
    return 0


def _known(names: list[str]) -> frozenset[str]:
    """Return the collections to leave out; raise `WrongUsage` for one that does not exist or that nothing can be asked without."""
    from unbroken.graph.snapshot import OPTIONAL

    strange = [name for name in names if name not in OPTIONAL]
    if strange:
        raise WrongUsage(f"--without {strange[0]} cannot be left out", remedy=f"choose from {', '.join(OPTIONAL)}")
    return frozenset(names)


def _say(line: str) -> None:
    from unbroken.report.visible import visible

    sys.stderr.write(f"{visible(line)}\n")


def _warn(found: Fetched) -> None:
    for each in found.left_out:
        _say(f"unbroken: left out: {each.name} ({each.reason}): needs {each.needs}; without it {each.cost}")
    for note in found.notes:
        _say(f"unbroken: note: {note}")


def _print(found: Fetched, form: str) -> None:
    if form == "json":
        print_json(_json(found))
        return
    for name, count in found.collections.items():
        sys.stdout.write(f"{name:<44}{count:>12,}\n")
    for each in found.logs:
        name = f"sign-ins, {each.kind}"
        sys.stdout.write(f"{name:<44}{each.rows:>12,}  {each.new:,} of them new; {each.since} to {each.until}\n")
    sys.stdout.write(f"fetched into {found.folder} with {found.requests:,} requests, {found.repeats:,} of them again\n")


def _json(found: Fetched) -> dict[str, object]:
    logs = [
        {"kind": each.kind, "version": each.version, "rows": each.rows, "new": each.new, "since": each.since, "until": each.until}
        for each in found.logs
    ]
    left_out = [{"name": each.name, "reason": each.reason, "needs": each.needs, "cost": each.cost} for each in found.left_out]
    return {
        "tenant": str(found.folder),
        "tenantId": found.tenant_id,
        "collections": found.collections,
        "signIns": logs,
        "leftOut": left_out,
        "notes": found.notes,
        "requests": found.requests,
        "repeats": found.repeats,
    }
