"""The repair of `admins-can-sign-in`: where leaving break-glass accounts out of everything makes it hold."""

from __future__ import annotations

from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.admins import Admins
from unbroken.prove.admins_result import admins_result
from unbroken.prove.diagram import BudgetExceeded
from unbroken.prove.proof import Repair
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.repair.change import Candidate
from unbroken.prove.repair.exclusions import exclusion, without_per_user_mfa
from unbroken.prove.repair.trials import Trials
from unbroken.prove.scope import Scopes


def opened(prover: Prover, scopes: Scopes, break_glass_free: Question) -> tuple[Repair, ...]:
    """Return the exclusions after which `admins-can-sign-in` holds; none where they are not enough."""
    tried = exclusion(prover, break_glass_free)
    if tried is None or not _holds(prover, scopes, tried):
        return ()
    table = prover.engine.table
    try:
        stricter, laxer, external = Trials(table.snapshot, table.policies, [tried.policies]).affected(0)
    except BudgetExceeded:
        return ()
    laxer |= tried.per_user_mfa
    return (
        Repair(
            edits=tried.edits,
            closes=(),
            closes_all=True,
            users_left=0,
            stricter_users=len(stricter),
            laxer_users=len(laxer),
            external=external,
            policies=tried.policies,
        ),
    )


def _holds(prover: Prover, scopes: Scopes, tried: Candidate) -> bool:
    """Return whether the property holds in the tenant as it would be."""
    table = prover.engine.table
    changed = {policy.id: policy for policy in tried.policies}
    policies = [changed.get(policy.id, policy) for policy in table.policies]
    after = Prover(Engine(PolicyTable(without_per_user_mfa(table.snapshot, tried.per_user_mfa), policies)))
    return admins_result(after, Admins(after, scopes), scopes.break_glass).holds is True
