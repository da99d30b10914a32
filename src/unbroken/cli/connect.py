"""`unbroken connect`: which permissions there are, and how to get those that are not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.cli.sign_in_options import NONE_GIVEN, Options, sign_in_of
from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    from unbroken.cli.sign_in_options import SignInOptions
    from unbroken.graph.identity import Identity


def connect(
    *,
    sign_in_options: Options = NONE_GIVEN,
    register: Literal["assess", "enforce"] | None = None,
    manifest: Path | None = None,
    delegated: Annotated[bool, Parameter(negative="")] = False,
    format: Format = "text",  # noqa: A002 -- the option's name
) -> int:
    """Sign in to a tenant and say which permissions are granted, and which command needs which. Reads only.

    Exits 2 when the permissions are not enough to fetch policies and users. With --register nothing is signed in to.

    Parameters
    ----------
    register
        Print the steps to register an application once: assess only reads; enforce also writes, and is an application of
        its own.
    manifest
        With --register: write the registration here, as POST /applications takes it.
    delegated
        With --register: for people who sign in, instead of a program.
    """
    if register is not None:
        _print_registration(register, sign_in_options, delegated, format)
        if manifest is not None:
            _write_manifest(manifest, register, delegated)
        return 0
    from unbroken import wiring

    found = wiring.identity(sign_in_of(sign_in_options), trace=sign_in_options.trace, say=_say)
    if format == "json":
        print_json(_json(found))
    else:
        _print_identity(found)
    return 0 if found.can_fetch else 2


def _say(line: str) -> None:
    from unbroken.report.visible import visible

    sys.stderr.write(f"{visible(line)}\n")


def _print_identity(found: Identity) -> None:
    from unbroken.graph.permissions import COMMANDS

    claims, name = found.claims, found.tenant_name or "its name may not be read"
    who = claims.person or " ".join(filter(None, (claims.app_name, claims.app_id))) or "the token does not say"
    kind = "a person: what the person's roles do not allow is refused too" if claims.delegated else "an application"
    lines = [f"tenant    {claims.tenant_id or 'the token does not say'} ({name})", f"identity  {who} ({kind})", ""]
    for needs in COMMANDS:
        missing = found.missing(needs)
        mark = "missing" if missing and needs.needed else "without" if missing else "yes"
        lines.append(f"{needs.command:<8}{mark:<9}{needs.what}" + (f": needs {', '.join(missing)}" if missing else ""))
    lines += ["", f"apply   {'yes' if found.can_enforce else 'no'}       changes to policies, security defaults, methods and group members"]
    if found.lacking:
        lines.append(f"Missing for a complete fetch: {', '.join(found.lacking)}. See unbroken connect --register assess.")
    if found.beyond:
        lines.append(f"This identity can change the tenant ({', '.join(found.beyond)}): for fetch use one that only reads.")
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _json(found: Identity) -> dict[str, object]:
    from unbroken.graph.permissions import COMMANDS

    claims = found.claims
    needs = [
        {"command": each.command, "what": each.what, "permissions": each.permissions, "needed": each.needed, "missing": found.missing(each)}
        for each in COMMANDS
    ]
    return {
        "tenantId": claims.tenant_id,
        "tenantName": found.tenant_name,
        "appId": claims.app_id,
        "person": claims.person,
        "delegated": claims.delegated,
        "permissions": sorted(claims.permissions),
        "needs": needs,
        "missing": found.lacking,
        "canFetch": found.can_fetch,
        "canEnforce": found.can_enforce,
    }


def _print_registration(identity: str, options: SignInOptions, delegated: bool, form: str) -> None:
    from unbroken.graph.clouds import CLOUDS
    from unbroken.graph.registration import IDENTITIES, manifest, steps

    each_step = steps(identity, CLOUDS[options.cloud], options.tenant_id, options.client_id, delegated=delegated)
    if form == "json":
        body = manifest(identity, delegated=delegated)
        print_json({"identity": identity, "permissions": IDENTITIES[identity], "steps": each_step, "manifest": body})
        return
    writes = "reads and changes" if identity == "enforce" else "only reads"
    lines = [f"The identity {identity} {writes}. Once, for the tenant:", ""]
    lines += [f"{number}. {step}" for number, step in enumerate(each_step, 1)]
    lines += ["", "Permissions of Microsoft Graph: " + ", ".join(IDENTITIES[identity])]
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _write_manifest(file: Path, identity: str, delegated: bool) -> None:
    import json

    from unbroken.graph.registration import manifest

    try:
        file.write_text(json.dumps(manifest(identity, delegated=delegated), indent=2) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UnbrokenError(f"{file}: cannot be written ({error.strerror})", remedy="name another file with --manifest") from error
