"""A proof as workflow commands of GitHub Actions, which show up beside the policy's file in a pull request.

Source: GitHub docs, workflow commands for GitHub Actions; escaping as in actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from unbroken.prove.proof import Proof
from unbroken.report import proof_words
from unbroken.report.proof_places import Files, Finding, findings
from unbroken.report.proof_words import Names
from unbroken.report.visible import visible

COMMANDS = {"violated": "error", "unknown": "warning", "change": "notice"}
_NOBODY: Mapping[str, str] = MappingProxyType({})


def github_lines(proof: Proof, files: Files, names: Names = _NOBODY) -> Iterator[str]:
    """Yield one command per region of a property that does not hold: `::error file=...,title=...::message`.

    A property that hangs on a missing fact is a warning, what a difference changes a notice. The first finding of each property comes
    before the others: GitHub shows few annotations of a step.
    """
    yield from (f"::warning title={_property(proof_words.FIRST)}::{_data(visible(line))}" for line in proof.cautions)
    found = list(findings(proof, files, names))
    first = {finding.position: finding for finding in reversed(found)}
    for finding in sorted(found, key=lambda each: first[each.position] is not each):
        yield f"::{COMMANDS[finding.kind]} {_properties(finding)}::{_data(_lines(finding.text))}"


def _properties(finding: Finding) -> str:
    named = [("file", file) for file in finding.files[:1]] + [("title", visible(proof_words.headline(finding.result)))]
    return ",".join(f"{name}={_property(value)}" for name, value in named)


def _lines(text: str) -> str:
    """Return tenant text made harmless line by line: the line breaks between are ours."""
    return "\n".join(map(visible, text.split("\n")))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
