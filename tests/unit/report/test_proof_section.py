"""What the report of `assess` says of a proof: enough to act on, and no name where names are hidden."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from builders import guid
from builders_proof import NAMES, USER_IDS, condition, counterexample, holding, proof, region, undecided, violated
from builders_report import ESCAPE, IMAGE, SCRIPT, blast_radius
from unbroken.prove.proof import Proof, Who
from unbroken.report.assessed import Assessed
from unbroken.report.html_page import render_html
from unbroken.report.proof_section import LINES_SHOWN, REGIONS_SHOWN, Place, ProofSection, Told, proof_section, reworded
from unbroken.report.pseudonyms import pseudonymised

SALT = b"a salt of sixteen bytes or more"


def section(before: Proof | None = None, after: Proof | None = None) -> ProofSection:
    """Return the section of a tenant's own policies, or of a change."""
    return proof_section(before or proof(), after, NAMES)


def changed() -> ProofSection:
    """Return a change that repairs one property and costs another."""
    mended, lost = holding(name="mfa-everywhere"), violated(name="legacy-blocked")
    return section(proof(), proof(mended, undecided(), lost))


def test_a_property_has_its_verdict_before_and_after() -> None:
    found = changed()

    assert [(told.name, told.before.word, told.verdict.word) for told in found.properties] == [
        ("mfa-everywhere", "VIOLATED", "HOLDS"),
        ("break-glass-free", "UNKNOWN", "UNKNOWN"),
        ("legacy-blocked", "HOLDS", "VIOLATED"),
    ]
    assert found.properties[0].concerned_before == "7 users and external users"
    assert found.properties[0].concerned == ""


def test_the_summary_counts_what_holds_and_what_the_change_alters() -> None:
    assert section().summary == "1 of 3 properties holds, 1 violated, 1 unknown."
    assert changed().summary == "With the proposed policies 1 of 3 properties holds, 1 violated, 1 unknown; 2 verdicts altered."


def test_what_holds_today_and_not_with_the_change_is_named() -> None:
    assert changed().broken == ["legacy-blocked is violated"]
    assert section(proof(holding()), proof(undecided(name="legacy-blocked"))).broken == ["legacy-blocked is unknown"]
    assert section(proof(undecided()), proof(violated())).broken == []
    assert section().broken == []


def test_proofs_of_different_properties_are_not_laid_side_by_side() -> None:
    with pytest.raises(ValueError, match="shorter"):
        section(proof(), proof(holding()))


def test_a_violated_property_has_its_first_regions_one_example_and_its_repairs() -> None:
    told = section().properties[0]

    assert [place.people for place in told.places] == ["3 users", "external users"]
    assert told.places[0].region.startswith("anyone in group Sales")
    assert told.example.startswith("person0@contoso.example, to ")
    assert told.example.endswith("meets ALLOWED")
    assert told.repairs[0].startswith("CA001 - Require MFA, conditions.users.excludeGroups: remove group Sales")


def test_what_is_left_out_is_counted() -> None:
    many = tuple(region(Who(people=(f"user {number}",))) for number in range(REGIONS_SHOWN + 2))
    notes = tuple(f"note {number}" for number in range(LINES_SHOWN + 3))

    assert section(proof(violated(regions=many))).properties[0].more == "2 more"
    assert section(proof(violated(regions=many, cut=5))).properties[0].more == "at least 3 more, the list was cut"
    assert section(proof(violated(regions=many[:1], counterexamples=(), cut=1))).properties[0].more.startswith("at least 1 more")
    assert section(proof(violated(notes=notes))).properties[0].notes[-1] == "and 3 more"


def test_a_counterexample_without_a_region_is_the_example() -> None:
    lone = violated(regions=(), counterexamples=(counterexample(-1),))

    assert section(proof(lone)).properties[0].example.startswith("person0@contoso.example")


def page(found: ProofSection | None) -> str:
    """Return the report with its white space folded."""
    return " ".join(render_html(blast_radius(), found).split())


def test_the_report_has_a_section_only_where_something_was_proved() -> None:
    assert 'id="proof"' not in page(None)
    assert 'href="#proof"' not in page(None)
    assert page(section()).count('href="#proof"') == 1


def test_the_section_says_that_unknown_is_not_safe() -> None:
    assert "Unknown is not safe" in page(section())
    assert "members of group Field staff were not exported" in page(section())
    assert "Unknown is not safe" not in page(section(proof(holding())))


def test_a_lost_property_is_said_among_the_first_things() -> None:
    html = page(changed())

    assert html.index("not with the change: legacy-blocked is violated.") < html.index('id="when"')
    assert "not with the change" not in page(section())


def test_hostile_names_are_text() -> None:
    own = violated(
        name="own",
        own=True,
        text=f"{SCRIPT}{ESCAPE}",
        regions=(region(Who(every=(SCRIPT,)), condition("applications", IMAGE), policies=(SCRIPT,)),),
        missing=(IMAGE,),
        notes=(SCRIPT,),
    )
    html = page(section(proof(own)))
    plain = page(None)

    for hostile in ("<script", "<img", "\x1b", "\u202e"):
        assert html.count(hostile) == plain.count(hostile)


def test_no_text_escapes_a_change_of_words() -> None:
    """Every field is filled with one name, so that a field somebody adds and forgets here is found."""
    name = "ada.ackermann@contoso.example"
    known = section().properties[0]
    kept = {"own": True, "verdict": known.verdict, "before": known.before}
    words = {"concerned": "", "concerned_before": "", "more": "", "places": (Place(region=name, people="", policies=name),)}
    lists = {each.name: (name,) for each in fields(Told) if each.type == "tuple[str, ...]"}
    texts = {each.name: name for each in fields(Told) if each.type == "str"}
    told = Told(**{**texts, **lists, **kept, **words})

    changed = reworded(ProofSection(properties=(told,), proposed=True), lambda text: text.replace(name, "somebody"))

    assert "ackermann" in repr(told)
    assert "ackermann" not in repr(changed)


def test_built_in_properties_keep_their_names() -> None:
    found = reworded(section(), lambda _: "changed")

    assert [told.name for told in found.properties] == ["mfa-everywhere", "break-glass-free", "legacy-blocked"]


def hidden(found: ProofSection, *accounts: tuple[str, tuple[str, ...]]) -> ProofSection:
    """Return the section without names; `accounts` are those of the directory."""
    answer = pseudonymised(Assessed(radius=blast_radius(), proof=found, accounts=accounts), SALT).proof
    assert answer
    return answer


def test_people_who_are_in_no_log_have_a_pseudonym_as_well() -> None:
    stranger = "person0@fabrikam.example"
    lone = replace(violated(), regions=(region(Who(people=(stranger, USER_IDS[1]))),), missing=("whether Nils Nyström is a guest",))
    found = hidden(
        proof_section(proof(lone), None, {USER_IDS[0]: stranger}),
        (USER_IDS[0], (USER_IDS[0], stranger, "Nils Nyström")),
        (USER_IDS[1], (USER_IDS[1],)),
    )

    said = repr(found).lower()
    assert not [word for word in ("person0", "fabrikam", "nystr", USER_IDS[0], USER_IDS[1], "198.51.100.7") if word in said]
    token = found.properties[0].example.partition(",")[0]
    assert token.startswith("user-")
    assert found.properties[0].places[0].region.startswith(token)
    assert found.properties[0].missing == (f"whether {token} is a guest",)


def test_the_same_person_has_one_pseudonym_in_the_blast_radius_and_in_the_proof() -> None:
    radius = blast_radius()
    person = radius.people[5]
    told = proof(violated(regions=(region(Who(people=(person.user_principal_name,))),)))
    answer = pseudonymised(Assessed(radius=radius, proof=proof_section(told, None, {})), SALT)

    assert answer.proof
    assert answer.proof.properties[0].places[0].region.startswith(f"{answer.radius.people[5].user_id},")


def test_ids_of_apps_and_policies_stay_and_those_of_partners_do_not() -> None:
    app, partner = blast_radius().apps[0].id, guid("fabrikam")
    found = hidden(section(proof(violated(missing=(f"whether {app} trusts {partner}",)))))

    assert app in found.properties[0].missing[0]
    assert partner not in found.properties[0].missing[0]
