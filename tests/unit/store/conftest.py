"""Archives of small logs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders_sign_ins import Row, batch_of
from unbroken.store.archive import Archive, build_archive


@pytest.fixture
def archive_of(tmp_path: Path) -> Callable[..., Archive]:
    """Return a function that builds an archive of rows, one batch for each list."""

    def build(*batches: list[Row], **options: Any) -> Archive:
        return build_archive((batch_of(rows) for rows in batches), tmp_path / "archive", tenant_id="tenant", **options)

    return build
