"""How fast a synthetic archive is built, in how much memory, and by what factor the condition cube shrinks it and real logs.

Usage: python benchmarks/cube.py [SIGN_INS ...]   (default: 1, 10 and 50 million; 50 million need 5 GB of disk for a while)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from unbroken.entra.sign_in import ReadCount
from unbroken.sources.sign_ins import read_sign_ins
from unbroken.store.archive import Archive, build_archive

REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "sign-ins"
HERE = Path(__file__).parent
BUILD = """
import json, resource, sys
from pathlib import Path
from _replay_data import make
print(json.dumps([make(Path(sys.argv[1]), int(sys.argv[2])).tuples, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def synthetic(folder: Path, rows: int) -> str:
    """Build an archive in a process of its own and return a line about it."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", BUILD, str(folder), str(rows)], cwd=HERE, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    tuples, kilobytes = json.loads(done.stdout)
    archive = Archive(folder)
    size = sum(path.stat().st_size for path in folder.iterdir())
    cube = sum(Path(file).stat().st_size for file in archive.files("cube"))
    return (
        f"{rows / 1e6:5.0f} M rows {seconds:7.1f} s {rows / seconds / 1e3:6.0f} k rows/s {kilobytes / 1024:6.0f} MiB peak "
        f"{tuples / 1e6:6.2f} M tuples, {archive.evaluated / tuples:5.1f} x fewer; "
        f"{cube / rows:4.1f} B/row cube, {size / rows:5.1f} B/row all"
    )


def real(folder: Path, log: Path) -> str:
    """Read one real log into an archive and return a line about it."""
    count = ReadCount()
    archive = build_archive(read_sign_ins([log], count), folder, tenant_id="t")
    shrink = archive.evaluated / max(1, archive.tuples)
    return (
        f"{log.name:<30} read {count.read:4} = {archive.duplicates} duplicates + {archive.joined} joined + {archive.evaluated} "
        f"evaluated + {sum(count.skipped.values())} skipped; {archive.tuples} tuples, {shrink:.2f} x fewer"
    )


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000_000, 10_000_000, 50_000_000]
    with tempfile.TemporaryDirectory() as place:
        for size in sizes:
            print(synthetic(Path(place, str(size)), size), flush=True)
        for log in sorted(REAL.glob("*.jsonl")):
            print(real(Path(place, log.stem), log))


if __name__ == "__main__":
    main()
