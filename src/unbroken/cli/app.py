"""The command line's frame: commands, global options, exit codes, and errors as one line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from unbroken import __version__
from unbroken.cli.assess import assess
from unbroken.cli.exports import exports_command
from unbroken.cli.purge import purge
from unbroken.cli.sample import sample
from unbroken.cli.what_if import whatif
from unbroken.errors import UnbrokenError, WrongUsage

app = App(
    name="unbroken",
    help="Deploy multifactor authentication across a Microsoft Entra ID tenant without breaking everything.",
    version=__version__,
)
app.command(assess)
app.command(whatif)
app.command(exports_command, name="exports")
app.command(sample)
app.command(purge)
app.register_install_completion_command(help="Install completion for the shell you are in.")


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; an expected failure is one line on standard error."""
    arguments = list(arguments)
    debug = "--debug" in arguments
    arguments = [each for each in arguments if each != "--debug"]
    try:
        return app(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
    except CycloptsError as error:
        return _fail(WrongUsage(str(error).rstrip("."), remedy="see unbroken --help"), debug=debug)
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
        sys.stderr.write(
            f"unbroken: this should not have happened ({type(error).__name__}: {error}): please report it, with --debug output\n"
        )
        return 1


def _fail(error: UnbrokenError, *, debug: bool) -> int:
    if debug:
        raise error
    sys.stderr.write(f"unbroken: {error}\n")
    return error.exit_code
