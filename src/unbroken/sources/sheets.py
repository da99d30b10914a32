"""CSV downloads of the portal."""

from __future__ import annotations

from unbroken.sources.layout import Layout


def read_sheets(layout: Layout) -> None:
    """Take the CSV files whose headers say what they are."""
    layout.files += [(sheet.name, "not used: a CSV") for sheet in layout.sheets]
