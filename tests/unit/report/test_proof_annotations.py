"""What a pull request shows beside the policy that is at fault."""

from __future__ import annotations

from builders_proof import MISSING, NAMES, POLICY_ID, counterexample, difference, edit, holding, proof, region, repair, violated
from builders_report import ESCAPE, decision
from unbroken.evaluate.decision import PolicyVerdict
from unbroken.prove.proof import Who
from unbroken.report.proof_annotations import github_lines

FILES = {POLICY_ID: "policies/CA001.json"}


def test_every_region_is_an_error_and_what_hangs_on_a_fact_a_warning() -> None:
    lines = list(github_lines(proof(), FILES, NAMES))

    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::warning", "::error"]
    assert lines[0].startswith("::error file=policies/CA001.json,title=mfa-everywhere%3A VIOLATED::anyone in group Sales, to any app")
    assert lines[2].startswith("::error title=mfa-everywhere%3A VIOLATED::direct connect users of fabrikam.example, to Wiki")
    assert MISSING in lines[1]


def test_what_holds_is_no_line() -> None:
    assert list(github_lines(proof(holding()), FILES)) == []


def test_a_difference_is_news_and_no_error() -> None:
    (line,) = github_lines(difference(), FILES, NAMES)

    assert line.startswith("::notice title=Some sign-ins get stricter::")


def test_a_property_without_a_region_is_one_error() -> None:
    (line,) = github_lines(proof(violated(regions=(), counterexamples=(counterexample(-1),))), FILES, NAMES)

    assert line.startswith("::error title=mfa-everywhere%3A VIOLATED::No sign-in by a user outside break_glass")
    assert "For example person0@contoso.example" in line


def test_each_line_is_one_command_whatever_the_names() -> None:
    """A name with a line break must not start a command of its own."""
    hostile = violated(
        name="own, 100%: x",
        regions=(region(Who(every=("group A\n::error::B\r%0A",))),),
        repairs=(repair(edit(text=f"remove {ESCAPE}")),),
    )
    (line,) = github_lines(proof(hostile), {POLICY_ID: "a,b:c%\n.json"})

    assert "\n" not in line
    assert "\r" not in line
    assert "\x1b" not in line
    assert line.startswith("::error file=a%2Cb%3Ac%25%0A.json,title=own%2C 100%25%3A x%3A VIOLATED::")
    assert "%250A" in line


def test_the_file_of_a_policy_that_does_it_is_known_by_its_verdict() -> None:
    verdict = PolicyVerdict(id=POLICY_ID, display_name="CA001", state="enabled", applies=True)
    example = counterexample(decision=decision(policies=(verdict,)))
    caught = violated(regions=(region(policies=("CA001",)),), counterexamples=(example,), repairs=())
    (line,) = github_lines(proof(caught), FILES)

    assert line.startswith("::error file=policies/CA001.json,")
