"""What to do next, by what the blast radius shows; the order of the written sequence: understand, repair, register, pilot."""

from __future__ import annotations

from collections.abc import Iterator

from unbroken.evaluate.blast_radius import BlastRadius
from unbroken.report.words import count, headline, honesty


def next_steps(radius: BlastRadius) -> list[str]:
    """Return what to do, most urgent first; never empty."""
    return list(_steps(radius))


def _steps(radius: BlastRadius) -> Iterator[str]:
    new = {effect.effect: effect.new for effect in headline(radius)}
    stopped = new["locked out"] + new["blocked"]
    if radius.findings:
        yield f"Correct {count(len(radius.findings), 'mistake')} in the policies (findings): they matter whatever the log says."
    if not honesty(radius.calibration).trusted:
        yield _calibrate(radius)
    if stopped:
        yield f"Do not enforce yet: give {_whom(stopped)} that would be locked out or blocked another way in, or a dated exception."
    yield from _legacy(radius)
    if new["cannot register"]:
        yield f"Give {_whom(new['cannot register'])} that cannot register a Temporary Access Pass or a passkey before the day."
    if new["needs another control"]:
        yield f"Prepare the device, the app or the terms for {_whom(new['needs another control'])} in need of another control."
    if new["must register"]:
        yield f"Ask {_whom(new['must register'])} to register before enforcement; each forced registration costs minutes and a call."
    if new["unknown"]:
        yield f"Export what is missing for {_whom(new['unknown'])} with an unknown answer (`unbroken exports` says how), then run again."
    yield _last(radius, quiet=not any(n for effect, n in new.items() if effect != "prompted"))


def _whom(n: int) -> str:
    return count(n, "account")


def _calibrate(radius: BlastRadius) -> str:
    if radius.calibration.rate is None:
        return "Read a log that carries appliedConditionalAccessPolicies, so that the answers can be checked against your tenant."
    return "Look at the disagreements with the logged results first; until they are understood, treat every figure as a guess."


def _legacy(radius: BlastRadius) -> Iterator[str]:
    real = sum(1 for entry in radius.legacy if not entry.noise)
    if real:
        yield f"Move {count(real, 'legacy dependency', 'legacy dependencies')} to modern authentication: they stop when MFA is demanded."


def _last(radius: BlastRadius, *, quiet: bool) -> str:
    if not radius.sign_ins.evaluated:
        return "Add sign-in logs (`--signins`): without them nobody's sign-ins were replayed, and no figure here says anything."
    if quiet:
        return "These sign-ins show no one stopped. Pilot with a small group first: a log cannot show people who did not sign in."
    return "Then run `unbroken assess` again, and pilot with a small group before everybody."
