"""The tenant and the families of policy sets that the proof benchmarks run over; all of them follow from their seeds."""

from __future__ import annotations

from _proof_boxes import near_catch_all, random_boxes
from _proof_jigsaw import jigsaw, missing_piece, needle
from _proof_policies import no_baseline, realistic
from _proof_pool import Policies
from _proof_split import split
from _proof_tenant import tenant

__all__ = ["Policies", "jigsaw", "missing_piece", "near_catch_all", "needle", "no_baseline", "random_boxes", "realistic", "split", "tenant"]
