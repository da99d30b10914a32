"""Everything a run of `assess` has to report."""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.evaluate.blast_radius import BlastRadius
from unbroken.report.identifiers import Accounts
from unbroken.report.proof_section import ProofSection


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The blast radius, and what is proved of the same policies where that was asked for."""

    radius: BlastRadius
    proof: ProofSection | None = None
    accounts: Accounts = ()
    """Everybody whom a sentence may name, the log's people or not: pseudonyms must hide them too."""
