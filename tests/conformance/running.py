"""Runs cases through the command people run: a tenant folder and a request in, exit code and text out."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from conformance.builders import ABSENT, COLLECTIONS, Case, Wire
from unbroken.cli import app

TOPICS = ("users", "guests", "targets", "scopes", "clients", "places", "devices", "risks", "workloads")
MORE_TOPICS = ("grants", "strengths", "methods", "registering", "federation", "states", "floor", "unread")
CASES: dict[str, list[Case]] = {topic: import_module(f"conformance.topics.{topic}").CASES for topic in (*TOPICS, *MORE_TOPICS)}
EVERY_CASE = [pytest.param(one, id=f"{topic}: {one.name}") for topic, cases in CASES.items() for one in cases]


def ask(one: Case, question: Wire | list[Wire], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Write the tenant of `one` and the question, run `unbroken whatif`, return exit code, standard output and standard error."""
    tenant = folder / "tenant"
    tenant.mkdir()
    for name, records in {**COLLECTIONS, "conditionalAccessPolicies": list(one.policies), **one.tenant}.items():
        if records is not ABSENT:
            (tenant / f"{name}.json").write_text(json.dumps(records), encoding="utf-8", newline="\n")
    if one.toml:
        (tenant / "unbroken.toml").write_text(one.toml, encoding="utf-8", newline="\n")
    file = folder / "request.json"
    file.write_text(json.dumps(question), encoding="utf-8", newline="\n")
    code = app.run(["whatif", str(tenant), "--request", str(file), "--format", "json"])
    captured = capsys.readouterr()
    return int(code or 0), captured.out, captured.err
