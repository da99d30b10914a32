"""The composition root: the only room that knows every adapter. What a command needs is loaded when it is asked for."""

from unbroken.wiring.assessment import assess, pseudonymised
from unbroken.wiring.emulated import fetch_emulated, proposal_of_the_sample, sample_emulated
from unbroken.wiring.leftovers import SCRATCH, purge
from unbroken.wiring.logs import keep_log
from unbroken.wiring.policies import Progress
from unbroken.wiring.proofs import differ, prove
from unbroken.wiring.questions import what_if
from unbroken.wiring.tenants import calibrate_live, fetch, identity

__all__ = [
    "SCRATCH",
    "Progress",
    "assess",
    "calibrate_live",
    "differ",
    "fetch",
    "fetch_emulated",
    "identity",
    "keep_log",
    "proposal_of_the_sample",
    "prove",
    "pseudonymised",
    "purge",
    "sample_emulated",
    "what_if",
]
