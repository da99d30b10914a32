"""`unbroken sample`: write the made-up tenant."""

from __future__ import annotations

import sys
from pathlib import Path

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.errors import WrongUsage


def sample(*, out: Path, users: int = 500, days: int = 30, seed: int = 1, format: Format = "text") -> int:  # noqa: A002 -- the option
    """Write a made-up engineering company as a tenant folder, the same for the same seed.

    Parameters
    ----------
    out
        Folder to write; must be empty or not exist.
    users
        How many employees, at least 30; guests, rooms, printers and other accounts come on top.
    days
        How many days of sign-ins.
    seed
        Another number gives another company.
    """
    from unbroken.cli.progress import progress
    from unbroken.emulator.sample.write import write_sample

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"{out} is not an empty folder", remedy="name a new folder with --out")
    if users < 1 or days < 1:
        raise WrongUsage("--users and --days must be at least 1", remedy="leave them out for 500 users and 30 days")
    with progress() as told:
        write_sample(out, users=users, days=days, seed=seed, progress=told)
    if format == "json":
        print_json({"tenant": str(out), "users": users, "days": days, "seed": seed})
    else:
        sys.stderr.write(f"wrote the sample tenant to {out}\n")
    return 0
