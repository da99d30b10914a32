"""One generated tenant twice: as a grid that is judged sign-in by sign-in, and as the product's complete sets; and where the two differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import event

from diagram_picture import classes_of, people, picture
from own_rules import needs_of, speaks_of, speaks_of_client, speaks_of_target
from sign_in_grid import AXES, CLIENT, TARGET, WHO, Array, Grid, axes_for
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import OwnProperty, Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.escape import SignIns
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from ways_in import Ways


class Sides:
    """One tenant, as its grid and as the product's sets."""

    def __init__(self, tenant: Snapshot, turn: int) -> None:
        """Take the values of the grid that `turn` says."""
        self.tenant = tenant
        self.grid = Grid(tenant, axes_for(tenant, turn))
        self.engine = Engine(PolicyTable(tenant))
        self.prover = Prover(self.engine)
        self.people = people(self.grid.axes)

    def expected(self, rule: OwnProperty, *, sure: bool) -> Array:
        """Return the sign-ins that violate a rule: surely, or perhaps."""
        needs = needs_of(self.tenant, rule)
        ways = Ways(self.tenant, needs)
        found = self.grid.granted(ways, enabled(self.tenant.policies.records), sure=sure) if needs else self.grid.caught(sure=sure)
        who = self.grid.where((WHO,), lambda who: speaks_of(self.tenant, rule, who))
        client = self.grid.where((CLIENT,), lambda client: speaks_of_client(rule, client))
        what = self.grid.where((TARGET,), lambda asked: speaks_of_target(rule, asked) in meant(sure=sure))
        return found & who & client & what

    def told(self, found: SignIns, rule: OwnProperty | None = None, *, sure: bool) -> Array:
        """Return one of the product's sets over the grid: of applications that look alike it names those the rule speaks of."""
        drawn = picture(found, classes_of(found.space, self.tenant, self.grid.axes))
        if rule is None:
            return drawn
        return drawn & self.grid.where((TARGET,), lambda asked: "apps" not in asked or speaks_of_target(rule, asked) in meant(sure=sure))

    def by_person(self, found: Array, *, every: bool) -> Array:
        """Return the sign-ins by person: in any, or in every home tenant that the person may come from."""
        fold = np.logical_and if every else np.logical_or
        return np.stack([fold.reduce(found[group], axis=0) for group in self.people])

    def first(self, where: Array) -> list[object]:
        """Return how many sign-ins there are in a set by person, and the first of them."""
        found = np.argwhere(where)
        if not len(found):
            return []
        one = [self.people[found[0][0]][0], *found[0][1:]]
        return [len(found), *(self.grid.axes[name][at] for name, at in zip(AXES, one, strict=True))]


def enabled(policies: Sequence[ConditionalAccessPolicy]) -> list[ConditionalAccessPolicy]:
    """Return the policies that are on."""
    return [policy for policy in policies if policy.state == "enabled"]


def meant(*, sure: bool) -> tuple[bool | None, ...]:
    """Return the answers that count."""
    return (True,) if sure else (True, None)


def agree(sides: Sides, expected: tuple[Array, Array], told: tuple[Array, Array]) -> None:
    """Assert that the product's sets, `sure` and `possible`, are those of the grid.

    Nobody says of every app in which bundle it is. The grid takes each policy alone then, and the product both answers for all of them
    together, so that its sets lie between those of the grid. Of somebody who may come from several home tenants it may say less than
    is sure, never more.
    """
    settled = sides.by_person(np.equal(*expected), every=True)
    event("all known" if settled.all() else "an app may be in a bundle")
    surely, perhaps = (sides.by_person(expected[0], every=flag) for flag in (True, False))
    in_all, in_some = (sides.by_person(expected[1], every=flag) for flag in (True, False))
    sure, possible = sides.by_person(told[0], every=True), sides.by_person(told[1], every=False)
    assert not sides.first(possible & ~in_some), "a violation that is none"
    assert not sides.first(perhaps & ~possible), "a violation that was missed"
    assert not sides.first(sure & ~in_all), "a violation that is not sure"
    alone = np.array([len(group) == 1 for group in sides.people]).reshape(-1, *[1] * (settled.ndim - 1))
    assert not sides.first(alone & surely & settled & ~sure), "a sure violation that was missed"


def agree_on_rule(sides: Sides, rule: OwnProperty, question: Question) -> None:
    """Assert that the complete sets of what violates `question`, which is `rule`, are those of the grid."""
    found = sides.prover.violations(question)
    expected = sides.expected(rule, sure=True), sides.expected(rule, sure=False)
    agree(sides, expected, (sides.told(found.sure, rule, sure=True), sides.told(found.possible, rule, sure=False)))
