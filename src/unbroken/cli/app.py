"""The command line's frame: commands, global options, exit codes, and errors as one line."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from unbroken import __version__
from unbroken.cli.assess import assess
from unbroken.cli.calibrate import calibrate
from unbroken.cli.connect import connect
from unbroken.cli.demo import demo
from unbroken.cli.emulate import emulate
from unbroken.cli.exports import exports_command
from unbroken.cli.fetch import fetch
from unbroken.cli.proof import diff, prove
from unbroken.cli.purge import purge
from unbroken.cli.sample import sample
from unbroken.cli.sign_in_options import with_emulator_url
from unbroken.cli.what_if import whatif
from unbroken.errors import UnbrokenError, WrongUsage

app = App(
    name="unbroken",
    help="Says what a Conditional Access change will do to your people before it exists.",
    help_epilogue="Add --debug to any command to see where an error comes from, for a problem report.",
    version=__version__,
    suppress_keyboard_interrupt=False,  # said in one line, as any other end
)
app.command(assess)
app.command(whatif)
app.command(prove)
app.command(diff)
app.command(exports_command, name="exports")
app.command(connect)
app.command(fetch)
app.command(calibrate)
app.command(sample)
app.command(emulate)
app.command(demo)
app.command(purge)
COMMANDS = tuple(name for name in app if not name.startswith("-"))
_ARGUMENT = re.compile(r"--(tenant|folder)\b")
"""Parameters that are given by position."""
app.register_install_completion_command(help="Install completion for the shell you are in.")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; an expected failure is one line on standard error."""
    arguments = list(arguments)
    debug = "--debug" in arguments
    arguments = with_emulator_url([each for each in arguments if each != "--debug"])
    try:
        return app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except CycloptsError as error:
        return _fail(_wrong_usage(error, arguments), debug=debug)
    except UnbrokenError as error:
        return _fail(error, debug=debug)
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("unbroken: stopped\n")
        return 1
    except Exception as error:
        if debug:
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(f"unbroken: this should not have happened ({what}): please report it, with --debug output\n")
        return 1


def _wrong_usage(error: CycloptsError, arguments: Sequence[str]) -> WrongUsage:
    """Return the error in the words of the command's own help: its arguments in capitals, its name in the remedy."""
    said = _ARGUMENT.sub(lambda found: found[1].upper(), str(error).rstrip("."))
    command = f"{arguments[0]} " if arguments and arguments[0] in COMMANDS else ""
    return WrongUsage(said, remedy=f"see unbroken {command}--help")


def _fail(error: UnbrokenError, *, debug: bool) -> int:
    if debug:
        raise error
    sys.stderr.write(f"unbroken: {error}\n")
    return error.exit_code
