"""What a policy that applies demands, and whether this person, here and now, can meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unbroken.entra.directory import AuthenticationStrength
from unbroken.entra.policy import ConditionalAccessPolicy, Grant
from unbroken.entra.vocabulary import Control, GuestKind
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.methods import (
    MFA_COMBINATIONS,
    PASSWORD,
    RESOURCE_TENANT_COMBINATIONS,
    SELF_SERVICE_COMBINATIONS,
    Ability,
)
from unbroken.evaluate.session import Shape

RANK = {outcome: rank for rank, outcome in enumerate(SEVERITY)}
EXTERNAL_KINDS = frozenset(GuestKind) - {GuestKind.INTERNAL_GUEST}
MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
PROMPT_ORDER = (
    *("mfa", "authenticationStrength", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"),
    *("passwordChange", "termsOfUse", "customAuthenticationFactor", "riskRemediation"),
)
"""Order in which unmet controls are asked for (entra-docs, concept-conditional-access-policies.md, phase 2)."""
USER_ACTIONS = frozenset({"mfa", "authenticationStrength", "passwordChange", "termsOfUse", "customAuthenticationFactor", "riskRemediation"})
"""Controls a person can meet on the spot: unmet under report-only they read `reportOnlyInterrupted`."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a class of policies demands: policies with equal demands are one class."""

    grant: Grant
    strength: AuthenticationStrength | None
    """None when there is none, or its definition was not read."""
    at_risk: bool
    """The policy applies only at a risk: then methods cannot be registered on the spot (error 53004)."""
    unread: bool
    """The grant holds a control we do not understand, or a strength whose definition was not read."""


MFA_ALONE = Demand(grant=Grant(controls=frozenset({Control.MFA})), strength=None, at_risk=False, unread=False)
"""What per-user MFA and security defaults come to: the grant `mfa`, at no risk."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One sign-in in one possible world: every fact that grant controls ask for."""

    shape: Shape
    guest_kind: GuestKind | None
    ability: Ability
    registrable: frozenset[str] | None
    """Combinations that can be added on the spot; None when the methods policy was not read."""
    can_register: bool
    mfa_held: bool
    combination: str
    """The combination of this session, as far as it is known; empty when it is not."""
    trusts_mfa: bool
    trusts_compliant: bool
    trusts_hybrid: bool
    home_mfa: bool
    interactive: bool
    terms_accepted: frozenset[str]
    doubtful_strength: bool = False
    """In this world doubts about a strength are in the person's favour: the method behind an MFA claim, the model of a security key,
    what an external user has at home, whether an external method counts."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """How one control, or one policy, is met."""

    outcome: Outcome
    unmet: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


MET = Meeting(Outcome.ALLOW)


def demand_of(policy: ConditionalAccessPolicy, strengths: dict[str, AuthenticationStrength]) -> Demand:
    """Return what `policy` demands where it applies; of a strength without a combination the definition was not read."""
    conditions = policy.conditions
    wanted = (policy.grant.strength or "").lower()
    found = strengths.get(wanted)
    strength = found if found and found.allowed_combinations else None
    return Demand(
        grant=policy.grant,
        strength=strength,
        at_risk=bool(conditions.sign_in_risk or conditions.user_risk),
        unread=bool(policy.unmodelled_grant) or (strength is None and wanted not in {"", MFA_STRENGTH}),
    )


def meet(demand: Demand, here: Situation) -> Meeting:
    """Return how `demand` is met: all of its controls under AND, the mildest of them under OR."""
    grant = demand.grant
    if Control.BLOCK in grant.controls:
        return Meeting(Outcome.BLOCK)
    meetings = [(token, _control(token, demand, here)) for token in tokens_of(grant)]
    unmet = [(token, outcome) for token, outcome in meetings if outcome is not Outcome.ALLOW]
    if not unmet:
        return MET
    if grant.operator == "AND" or len(meetings) == 1:
        return Meeting(max((outcome for _, outcome in unmet), key=RANK.__getitem__), tuple(token for token, _ in unmet))
    mildest = min((outcome for _, outcome in meetings), key=RANK.__getitem__)
    if mildest is Outcome.ALLOW:
        return MET
    possible = [token for token, outcome in unmet if RANK[outcome] < RANK[Outcome.LOCKED_OUT]] or [unmet[0][0]]
    return Meeting(mildest, (possible[0],), tuple(token for token, _ in meetings))


def is_user_action(token: str) -> bool:
    """Return whether a person can meet the control on the spot."""
    return token.partition(":")[0] in USER_ACTIONS


def tokens_of(grant: Grant) -> list[str]:
    """Return the controls of a grant but `block`, in prompting order, as `requires` spells them."""
    tokens = [str(control) for control in grant.controls if control != Control.BLOCK]
    tokens += [f"authenticationStrength:{grant.strength}"] if grant.strength else []
    tokens += ["termsOfUse"] if grant.terms_of_use else []
    tokens += [f"customAuthenticationFactor:{each}" for each in grant.custom_factors]
    return in_prompt_order(tokens)


def in_prompt_order(tokens: Sequence[str]) -> list[str]:
    """Return controls in the order Microsoft asks for them, without repetitions; unknown ones last."""
    order = {name: position for position, name in enumerate(PROMPT_ORDER)}
    return sorted(dict.fromkeys(tokens), key=lambda token: (order.get(token.partition(":")[0], len(order)), token))


def _control(token: str, demand: Demand, here: Situation) -> Outcome:  # noqa: PLR0911 -- one line per control reads best
    name, _, argument = token.partition(":")
    external = here.guest_kind in EXTERNAL_KINDS
    if name == "mfa":
        return _mfa(demand, here, MFA_COMBINATIONS)
    if name == "authenticationStrength":
        return _strength(demand, here, argument)
    if name == "compliantDevice":
        return _device(here, external, here.shape.compliant, here.trusts_compliant)
    if name == "domainJoinedDevice":
        return _device(here, external, here.shape.hybrid, here.trusts_hybrid)
    if name == "termsOfUse":
        enough = all if demand.grant.operator == "AND" else any
        accepted = enough(each in here.terms_accepted for each in demand.grant.terms_of_use)
        met = (accepted or here.guest_kind is GuestKind.B2B_DIRECT_CONNECT) and not here.shape.legacy
        return Outcome.ALLOW if met else _prompt(here, Outcome.CONTROLS)
    if name == "passwordChange" and here.guest_kind is not None:
        return Outcome.BLOCK
    if name in {"approvedApplication", "compliantApplication"} and external:
        return Outcome.LOCKED_OUT
    return _prompt(here, Outcome.CONTROLS)


def _prompt(here: Situation, outcome: Outcome) -> Outcome:
    """Return `outcome`, or that the sign-in is lost where nothing can be asked."""
    return Outcome.LOCKED_OUT if here.shape.legacy or not here.interactive else outcome


def _device(here: Situation, external: bool, has: bool, trusted: bool) -> Outcome:
    if here.shape.legacy or here.shape.device_code or (external and not trusted):
        return Outcome.LOCKED_OUT
    return Outcome.ALLOW if has else _prompt(here, Outcome.CONTROLS)


def _mfa(demand: Demand, here: Situation, enough: frozenset[str]) -> Outcome:
    enough = _accepted(here, enough)
    beside = _counts_beside(demand, here)
    held = here.mfa_held and (beside or bool(here.combination))
    if held or here.combination in enough or (here.trusts_mfa and here.home_mfa):
        return _prompt(here, Outcome.ALLOW) if here.shape.legacy else Outcome.ALLOW
    own = here.ability.combinations
    usable = bool(own & enough) or ((here.ability.unlisted or not own) and beside)
    return _second_factor(demand, here, usable=here.ability.mfa and usable, enough=enough)


def _counts_beside(demand: Demand, here: Situation) -> bool:
    """Return whether a method outside all strengths counts: for `mfa` it does, for the strength of that name the sources conflict.

    Sources: entra-docs, how-to-authentication-external-method-manage.md (satisfies MFA); Graph, authenticationMethodModes (not there).
    """
    return demand.grant.strength is None or not here.ability.unlisted or here.doubtful_strength


def _strength(demand: Demand, here: Situation, strength_id: str) -> Outcome:
    if strength_id.lower() == MFA_STRENGTH:
        return _mfa(demand, here, MFA_COMBINATIONS | (demand.strength.allowed_combinations if demand.strength else frozenset()))
    if demand.strength is None or here.shape.legacy:
        return Outcome.LOCKED_OUT
    allowed = _accepted(here, demand.strength.allowed_combinations)
    sure = allowed if here.doubtful_strength else allowed - demand.strength.restricted_combinations
    if PASSWORD in demand.strength.allowed_combinations or here.combination in sure or _held_in_strength(here, sure):
        return Outcome.ALLOW
    outcome = _second_factor(demand, here, usable=bool(here.ability.combinations & sure), enough=allowed)
    return Outcome.CONTROLS if outcome is Outcome.MFA and not is_mfa(demand.strength) else outcome


def is_mfa(strength: AuthenticationStrength) -> bool:
    """Return whether whoever meets the strength has done MFA: Graph says it, else the combinations do."""
    return strength.allowed_combinations <= MFA_COMBINATIONS if strength.satisfies_mfa is None else strength.satisfies_mfa


def _accepted(here: Situation, combinations: frozenset[str]) -> frozenset[str]:
    """Return the combinations that count here: of an external user without MFA trust only those the tenant visited can ask for."""
    visiting = here.guest_kind in EXTERNAL_KINDS and not here.trusts_mfa
    return combinations & RESOURCE_TENANT_COMBINATIONS if visiting else combinations


def _held_in_strength(here: Situation, allowed: frozenset[str]) -> bool:
    """Return whether the MFA this session holds, whose method is not known, counts for a strength in this world."""
    if here.combination or not (here.mfa_held or (here.trusts_mfa and here.home_mfa)):
        return False
    own = here.ability.combinations & MFA_COMBINATIONS
    if own and own <= allowed and not (here.ability.unlisted or here.trusts_mfa):
        return True
    return here.doubtful_strength and bool(own & allowed or here.trusts_mfa or not own)


def _second_factor(demand: Demand, here: Situation, *, usable: bool, enough: frozenset[str]) -> Outcome:
    """Return what a person without MFA in this session meets, who has a method that is `enough`, or not."""
    if here.shape.legacy or not here.interactive:
        return Outcome.LOCKED_OUT
    if here.guest_kind in EXTERNAL_KINDS and here.trusts_mfa:
        return Outcome.MFA if enough >= MFA_COMBINATIONS or here.doubtful_strength else Outcome.LOCKED_OUT
    if here.guest_kind is GuestKind.B2B_DIRECT_CONNECT:
        return Outcome.LOCKED_OUT
    if usable:
        return Outcome.MFA
    reachable = _reachable(here, enough)
    return Outcome.REGISTER if here.can_register and reachable and not demand.at_risk else Outcome.LOCKED_OUT


def _reachable(here: Situation, enough: frozenset[str]) -> bool:
    """Return whether a method that is `enough` may be added on the spot.

    Without the methods policy some method for `mfa` is taken to be allowed, which `assumes` says; for a strength it is a doubt.
    """
    if here.registrable is not None:
        return bool(here.registrable & enough)
    return enough >= _accepted(here, MFA_COMBINATIONS) or (here.doubtful_strength and bool(enough & SELF_SERVICE_COMBINATIONS))
