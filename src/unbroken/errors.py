"""Every expected failure: what went wrong, which object or file, what to do next, and the exit code."""

from __future__ import annotations


class UnbrokenError(Exception):
    """A failure that a person can act on; printed as one line, never as a traceback.

    `exit_code` follows the table in docs/reference/exit-codes.md. `remedy` says what to do next.
    """

    exit_code = 1
    remedy = ""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        """Say what failed in `message` (lower case, no full stop) and what to do in `remedy`."""
        super().__init__(message)
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        """Return the message and the remedy as one line."""
        message = " ".join(str(self.args[0]).split())
        return f"{message}: {self.remedy}" if self.remedy else message


class WrongUsage(UnbrokenError):
    """The command was called in a way it does not understand."""

    exit_code = 64


class BadInput(UnbrokenError):
    """A file or record cannot be used; names the file and, where there is one, the line or record."""

    def __init__(self, where: str, problem: str, *, remedy: str) -> None:
        """Point at `where` (`file`, `file:line` or `file, record n`), say the `problem` and the `remedy`."""
        super().__init__(f"{where}: {problem}", remedy=remedy)
        self.where = where
        self.problem = problem
