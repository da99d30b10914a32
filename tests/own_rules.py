"""Generated rules of a tenant's own, and the naive reading of their words: of whom and of what they speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from builders import MFA_STRENGTH
from oracle import BUNDLES, LEGACY, groups_of, kind, roles_of
from sign_in_grid import UNNAMED
from unbroken.entra.policy import Grant
from unbroken.entra.request import AccessRequest, Identity
from unbroken.entra.snapshot import OwnProperty, Snapshot
from unbroken.entra.vocabulary import ClientAppType
from worlds import ANN, EXCHANGE, GAIL, GROUPS, ODD_STRENGTH, PASSKEY_STRENGTH, ROLES, SHOP, WIKI

WORDS = (ANN, GAIL, "guests", *(f"group:{each}" for each in GROUPS[:2]), *(f"role:{each}" for each in ROLES[:1]))
STRENGTH = "authenticationStrength:"
CONTROLS = ("mfa", "compliantDevice", "domainJoinedDevice", "termsOfUse", "approvedApplication", "block", "passwordChange")
NEEDS = (*CONTROLS, *(f"{STRENGTH}{each}" for each in (PASSKEY_STRENGTH, ODD_STRENGTH, MFA_STRENGTH)))
CLIENT_WORDS = ((), (), (), ("legacy",), ("modern",), ("browser", "other"))
APP_WORDS = ("Office365", "MicrosoftAdminPortals", SHOP, WIKI, EXCHANGE, UNNAMED)
OWN_RULES = st.builds(
    OwnProperty,
    name=st.just("a rule"),
    users=st.one_of(st.just(("everyone",)), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple)),
    except_users=st.one_of(st.just(()), st.just(()), st.sampled_from(WORDS).map(lambda word: (word,))),
    apps=st.one_of(st.just(("all",)), st.lists(st.sampled_from(APP_WORDS), min_size=1, max_size=2, unique=True).map(tuple)),
    except_apps=st.one_of(st.just(()), st.just(()), st.sampled_from(APP_WORDS).map(lambda word: (word,))),
    clients=st.sampled_from(CLIENT_WORDS),
    needs=st.one_of(
        st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2, unique=True).map(tuple),
        st.lists(st.sampled_from(NEEDS), min_size=1, max_size=2, unique=True).map(tuple),
        st.just(("nothing",)),
    ),
)


def with_rule(tenant: Snapshot, rule: OwnProperty) -> Snapshot:
    """Return the tenant with a rule of its own in `unbroken.toml`."""
    return replace(tenant, facts=replace(tenant.facts, properties=(rule,)))


def speaks_of(tenant: Snapshot, rule: OwnProperty, who: Identity) -> bool:
    """Return whether a rule speaks of somebody."""
    return _is_one(tenant, rule.users, who) and not _is_one(tenant, rule.except_users, who)


def _is_one(tenant: Snapshot, words: Sequence[str], who: Identity) -> bool:
    groups = {f"group:{each}" for each in groups_of(tenant, who.user_id)} if who.user_id else set()
    roles = {f"role:{each}" for each in roles_of(tenant, who.user_id)} if who.user_id else set()
    guest = {"guests"} if kind(tenant, AccessRequest(identity=who)) is not None else set()
    return bool({"everyone", who.user_id, *groups, *roles, *guest} & {*words})


def speaks_of_target(rule: OwnProperty, asked: Mapping[str, Any]) -> bool | None:
    """Return whether a rule speaks of a target; None where nobody says whether the app is in a bundle."""
    if "apps" not in asked:
        return rule.needs == ("nothing",) and rule.apps == ("all",) and not rule.except_apps
    inside, outside = (_is_named(words, asked["apps"][0]) for words in (rule.apps, rule.except_apps))
    if inside is False or outside is True:
        return False
    return None if None in (inside, outside) else True


def _is_named(words: Sequence[str], app: str) -> bool | None:
    if "all" in words or app in words:
        return True
    bundles = [BUNDLES[word] for word in words if word in BUNDLES]
    if any(app in each for each in bundles):
        return True
    return None if bundles and not _is_own(app) else False


def _is_own(app: str) -> bool:
    return app in {SHOP, WIKI}


def speaks_of_client(rule: OwnProperty, client: ClientAppType) -> bool:
    """Return whether a rule speaks of a client."""
    old = client in LEGACY
    return not rule.clients or client in rule.clients or ("legacy" if old else "modern") in rule.clients


def needs_of(tenant: Snapshot, rule: OwnProperty) -> tuple[Grant, ...]:
    """Return what a rule needs, as grants of one control; one of them is enough."""
    terms = dict.fromkeys(term for policy in tenant.policies.records for term in policy.grant.terms_of_use)
    return tuple(_need(word, tuple(terms)) for word in rule.needs if word != "nothing")


def _need(word: str, terms: tuple[str, ...]) -> Grant:
    if word == "termsOfUse":
        return Grant(terms_of_use=terms or ("terms that nobody wrote",))
    if word.startswith(STRENGTH):
        return Grant(strength=word.removeprefix(STRENGTH))
    return Grant(controls=frozenset({word}))
