"""From the command's options to a running emulated tenant: the sample, a tenant folder, or the state that was left."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.certificates import make_certificate
from unbroken.emulator.cloud.emulation import Emulation, Pace, open_emulation
from unbroken.emulator.cloud.folder import load_folder
from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.cloud.running import HOST, Certificate, listen, run, system_clock
from unbroken.emulator.cloud.world import Clock
from unbroken.emulator.people.population import Origin, settle
from unbroken.emulator.sample.write import write_sample
from unbroken.errors import BadInput

Progress = Callable[[str, int, int], None]
Watch = Callable[[], AbstractContextManager[Progress | None]]
"""Opens something that is told of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to emulate, and how."""

    tenant: Path | None = None
    """A tenant folder; None: the sample tenant."""
    state: Path | None = None
    faults: Path | None = None
    users: int = 500
    days: int = 30
    seed: int = 1
    port: int | None = 0
    """0: any that is free; None: the usual one, or any when that is taken."""
    tls: bool = False
    pace: Pace = field(default_factory=Pace)
    clock: Clock = system_clock


def emulate(wanted: Wanted, ready: Callable[[Wire, Wire], None], watch: Watch = nullcontext) -> None:
    """Run the emulated tenant until SIGINT or SIGTERM; `ready` gets the line for programs, and the app that only reads.

    Raises:
        UnbrokenError: the tenant, state or faults cannot be used, or the port is taken.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(listen(wanted.port))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="unbroken-")))
        archive = Archive(wanted.state)
        stack.callback(archive.close)
        with watch() as told:
            fill(archive, wanted, scratch, told)
        emulation = open_emulation(archive, wanted.clock, seed=wanted.seed, pace=wanted.pace)
        set_faults(emulation, wanted.faults)
        emulation.catch_up()
        certificate, authority = make_certificate(scratch) if wanted.tls else (None, None)
        line = _line(emulation, certificate, listener.getsockname()[1])
        line |= {"caCert": str(authority)} if authority else {}
        read_only = emulation.credentials()["readOnly"]
        run(emulation, listener, lambda: ready(line, read_only), certificate)


def _line(emulation: Emulation, certificate: Certificate | None, port: int) -> Wire:
    at = f"{'https' if certificate else 'http'}://{HOST}:{port}"
    own = {name: value for name, value in emulation.credentials().items() if name != "readOnly"}
    return {"ready": True, "graph": at, "authority": at, **own}


def fill(archive: Archive, wanted: Wanted, scratch: Path, progress: Progress | None = None) -> None:
    """Fill an archive that has nothing yet; a state that was left is taken as it is.

    The sample's log ends yesterday, so that whoever asks for the last 30 days finds them.
    """
    if archive.collections():
        return
    if wanted.tenant:
        load_folder(wanted.tenant, archive)
        return
    folder = scratch / "tenant"
    yesterday = datetime.fromtimestamp(wanted.clock(), UTC).date() - timedelta(days=1)
    claims = write_sample(folder, users=wanted.users, days=wanted.days, seed=wanted.seed, until=yesterday, progress=progress)
    load_folder(folder, archive)
    settle(archive, Origin(wanted.seed, wanted.users), yesterday + timedelta(days=1), claims)


def set_faults(emulation: Emulation, file: Path | None) -> None:
    """Set the faults of a JSON file.

    Raises:
        BadInput: it cannot be read.
    """
    if file is None:
        return
    try:
        emulation.faults.add(msgspec.json.decode(file.read_bytes()))
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(str(file), f"cannot be read ({error})", remedy="give a JSON file with faults") from error
    except Refusal as refusal:
        raise BadInput(str(file), refusal.message, remedy="see docs/reference/emulator.md") from refusal
