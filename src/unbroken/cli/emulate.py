"""`unbroken emulate`: a Graph-compatible tenant on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from unbroken.cli.sign_in_options import EMULATOR_URL
from unbroken.errors import WrongUsage

ACCELERATED = 100.0
"""With the real limits the sample tenant takes twenty minutes to fetch; so fast it is half a minute."""


def emulate(  # noqa: PLR0913 -- one parameter per option
    tenant: Path | None = None,
    /,
    *,
    sample: bool = False,
    port: int | None = None,
    state: Path | None = None,
    seed: int = 1,
    users: int = 500,
    days: int = 30,
    accelerate: float = ACCELERATED,
    speed: float = 1.0,
    lag: float = 0.0,
    faults: Path | None = None,
    tls: bool = False,
) -> int:
    """Run a made-up Entra tenant on this machine that answers as Microsoft Graph does, until Ctrl-C.

    Parameters
    ----------
    tenant
        A tenant folder to serve; without one, the sample tenant.
    sample
        Serve the sample tenant, made anew; its log ends yesterday.
    port
        Port on 127.0.0.1; 0 takes a free one. Without it 8765, where clients look, or a free one when that is taken.
    state
        File that keeps everything, also what clients change: the next start with the same file goes on from there.
    seed
        Another number gives another sample tenant, and other chances.
    users
        Employees of the sample tenant.
    days
        Days of sign-ins of the sample tenant.
    accelerate
        Let the limits on requests refill, and reports be made, this many times faster; 1 is the pace of the real service.
    speed
        Seconds that pass in the tenant in one second; with 0 its clock stands still until /emulator/clock moves it.
    lag
        How late logs, replicas and policies are, as a share of the real service's lateness: 1 is as late as that, 0 never.
    faults
        JSON file of faults to set from the start.
    tls
        Serve https under an authority of its own, whose certificate is `caCert` in the line that is printed.
    """
    from unbroken.cli.progress import progress
    from unbroken.emulator.cloud.emulation import Pace
    from unbroken.emulator.cloud.starting import Wanted
    from unbroken.emulator.cloud.starting import emulate as run

    if sample and tenant:
        raise WrongUsage("--sample and a tenant folder were both given", remedy="give one of them")
    if accelerate <= 0:
        raise WrongUsage("--accelerate must be more than 0", remedy="1 is the pace of the real service")
    if speed < 0:
        raise WrongUsage("--speed must not be less than 0", remedy="0 lets the clock stand still, 1 is the pace of the world")
    if lag < 0:
        raise WrongUsage("--lag must not be negative", remedy="0 is never late, 1 as late as the real service")
    pace = Pace(accelerate=accelerate, speed=speed, lag=lag)
    wanted = Wanted(tenant=tenant, state=state, faults=faults, port=port, tls=tls, pace=pace, users=users, days=days, seed=seed)
    run(wanted, lambda line, read_only: _ready(line, read_only, accelerate), progress)
    return 0


def _ready(line: dict[str, object], read_only: dict[str, str], accelerate: float) -> None:
    """Print the line for programs, and for people what to do with it."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    at, tenant = line["graph"], line["tenantId"]
    emulator = "--emulator" if at == EMULATOR_URL else f"--emulator {at}"
    limits = (
        "those of the real service" if accelerate == 1 else f"{accelerate:g} times those of the real service (--accelerate 1 for its own)"
    )
    sys.stderr.write(
        f"Graph:      {at}/v1.0 and {at}/beta\n"
        f"Tokens:     {at}/{tenant}/oauth2/v2.0/token, scope https://graph.microsoft.com/.default\n"
        f"Reads only: client {read_only['clientId']} with secret {read_only['clientSecret']}\n"
        f"Also:       {at}/emulator (state), /emulator/clock, /emulator/helpdesk, /emulator/faults, /emulator/outbox, /emulator/apps\n"
        f"Limits:     {limits}\n"
        f"Try:        unbroken connect {emulator}; unbroken fetch {emulator} --out tenant\n"
        "Ctrl-C ends it.\n"
    )
