"""`[[property]]` of `unbroken.toml`: a mistake is one line that names the rule, the key and what may stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import policy, write_tenant
from unbroken.errors import BadInput
from unbroken.sources.tenant import read_tenant

RULE = '[[property]]\nname = "own"\nusers = "everyone"\n'


def refusal(path: Path, text: str) -> str:
    with pytest.raises(BadInput, match=r"unbroken\.toml") as refused:
        read_tenant(write_tenant(path, conditionalAccessPolicies=[policy()], facts=text))
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[property]\nname = "x"', "property must be written with two brackets: [[property]]"),
        ('property = "x"', "property must be a list"),
        ('property = ["x"]', "property entry 1 must be a table under [[property]]"),
        ('[[property]]\nusers = "everyone"', "property entry 1: name is missing"),
        ('[[property]]\nname = ""\nusers = "everyone"', "property entry 1: name is missing"),
        ("[[property]]\nname = 7", "property entry 1: name must be a text"),
        ('[[property]]\nname = "a b"', "property entry 1 (a b): name 'a b' may hold only the letters a to z, digits and -"),
        ('[[property]]\nname = "büro"', "name 'büro' may hold only"),
        (RULE + RULE.replace("own", "OWN"), "property entry 2 (OWN): name is the name of an earlier property"),
        (RULE + "need = 1", "entry 1 (own): need is not a key; the keys are name, users, except, apps, except_apps, clients, needs, why;"),
        (RULE + 'pilot_group = "x"', "pilot_group is not a key; the keys are name"),
        (RULE + 'pilot_group = "x"', "keys of the file itself stand above the first [[property]]"),
        (RULE + "why = 1", "entry 1 (own): why must be a text"),
        ('[[property]]\nname = "own"', "entry 1 (own): users is missing"),
        ('[[property]]\nname = "own"\nusers = []', "entry 1 (own): users must not be empty"),
        ('[[property]]\nname = "own"\nusers = ""', "entry 1 (own): users must be a text or a list of texts"),
        (RULE + "apps = []", "entry 1 (own): apps must not be empty"),
        (RULE + "apps = 1", "apps must be a text or a list of texts"),
        (RULE + 'except_apps = ["x", 1]', "except_apps must be a text or a list of texts"),
        (RULE + 'except_apps = "All"', "except_apps 'all' leaves nothing that the property speaks of"),
        (RULE + 'except = ["Everyone"]', "except 'everyone' leaves nothing that the property speaks of"),
        (RULE + 'except = ["IT team"]', "entry 1 (own): except 'IT team' names no users"),
        (RULE + 'clients = ["Browser", "imap"]', "entry 1 (own): clients 'imap' is not a client; allowed are browser, mobileApps"),
        (RULE + 'clients = "all"', "other, legacy, modern; without the key it is every client"),
        (RULE + "needs = []", "entry 1 (own): needs must not be empty"),
        (RULE + "needs = true", "needs must be a text or a list of texts"),
        (RULE + 'needs = ["mfa", "Nothing"]', "entry 1 (own): needs 'nothing' must stand alone"),
        (RULE + 'needs = "2fa"', "entry 1 (own): needs '2fa' cannot be needed; allowed are block, mfa, compliantDevice"),
        (RULE + 'needs = "authenticationStrength:"', "termsOfUse, nothing and authenticationStrength:NAME"),
        (RULE + 'needs = "authenticationStrength"', "'authenticationStrength' cannot be needed"),
        (RULE + 'needs = "mfa:x"', "'mfa:x' cannot be needed"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_rule_and_the_key(tmp_path: Path, text: str, problem: str) -> None:
    said = refusal(tmp_path, text)

    assert problem in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "word", ["All", "None", "GuestsOrExternalUsers", "groups:Finance", "group:", ":x", "user:ann@contoso.example", "IT team"]
)
def test_what_can_be_no_user_is_refused(tmp_path: Path, word: str) -> None:
    said = refusal(tmp_path, f'[[property]]\nname = "own"\nusers = ["guests", "{word}"]')

    assert f"property entry 1 (own): users '{word}' names no users; allowed are everyone, guests, break_glass, a user" in said


@pytest.mark.parametrize(
    "name", ["mfa-everywhere", "break-glass-free", "legacy-blocked", "admins-can-sign-in", "stricter", "laxer", "Laxer"]
)
def test_the_names_of_built_in_properties_are_taken(tmp_path: Path, name: str) -> None:
    assert f"name '{name}' is the name of a built-in property" in refusal(tmp_path, f'[[property]]\nname = "{name}"\nusers = "everyone"')


@pytest.mark.parametrize("word", ["passwordChange", "riskRemediation"])
def test_a_control_that_answers_a_risk_cannot_be_needed(tmp_path: Path, word: str) -> None:
    said = refusal(tmp_path, f'{RULE}needs = "{word}"')

    assert f"needs '{word}' cannot be needed" in said
    assert word not in said.partition("allowed are")[2]
