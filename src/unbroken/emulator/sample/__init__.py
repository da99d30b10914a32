"""The sample tenant: an invented engineering company with 30 days of sign-ins, the same for the same seed."""

from unbroken.emulator.sample.write import write_sample

__all__ = ["write_sample"]
