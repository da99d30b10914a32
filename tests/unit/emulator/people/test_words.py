"""What people say: there are words for every cause, and every cause is a leaf of the triage tree."""

from __future__ import annotations

import json
import re
from pathlib import Path

from unbroken.emulator.people.population import Origin, Population
from unbroken.emulator.people.words import SAYS, THINGS_PATIENCE, THINGS_SAY

ROOM = Path(__file__).parents[4] / "src" / "unbroken" / "emulator" / "people"
CAUSE = re.compile(r'"([A-Z]{3}-\d\d)"')
SAID_BY_MACHINES = {"AUT-01", "DEV-01"}


def causes() -> set[str]:
    """Return every cause the people's files name."""
    return {cause for file in ROOM.glob("*.py") for cause in CAUSE.findall(file.read_text(encoding="utf-8"))}


def test_every_cause_has_words() -> None:
    assert causes() - SAID_BY_MACHINES == SAYS.keys()
    assert all(sentence.strip() for sentences in SAYS.values() for sentence in sentences)


def test_every_cause_is_a_leaf(shared: Path) -> None:
    leaves = {leaf["id"] for leaf in json.loads((shared / "reference" / "triage.json").read_text(encoding="utf-8"))["leaves"]}

    assert causes() <= leaves


def test_machines_have_words_and_somebody_who_notices() -> None:
    kinds = {account.kind for account in Population.of(Origin(1, 60)).things}

    assert THINGS_SAY.keys() == THINGS_PATIENCE.keys() <= kinds


def test_the_words_never_name_the_cause() -> None:
    assert not any(CAUSE.search(f'"{sentence}"') for sentences in SAYS.values() for sentence in sentences)
