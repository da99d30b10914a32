"""Builders of small sign-in logs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from unbroken.entra.sign_in import COLUMNS, TEXT_COLUMNS, SignInBatch

SECOND = 1_000_000
MINUTE = 60 * SECOND
NOON = 1_790_000_000 * SECOND
"""Monday 21 September 2026, 14:13:20 UTC."""

Row = dict[str, Any]
_NUMBERS = count(1)


def sign_in(**values: object) -> Row:
    """Return one row: a successful sign-in of Ann in a browser, with an id of its own, unless `values` say otherwise."""
    row: Row = dict.fromkeys(TEXT_COLUMNS, "")
    row |= {"created": NOON, "error_code": 0, "is_interactive": True, "is_compliant": None, "is_managed": None, "device_known": True}
    row |= {"audiences": (), "methods": (), "applied_policies": None, "requirement_providers": ()}
    row |= {"id": f"id-{next(_NUMBERS)}", "user_id": "ann", "user_principal_name": "ann@contoso.example", "app_id": "mail"}
    row |= {"resource_id": "exchange", "client_app_used": "Browser", "ip_address": "192.0.2.7", "country": "GB"}
    assert not values.keys() - row.keys(), values.keys() - row.keys()
    return row | values


def batch_of(rows: Iterable[Row]) -> SignInBatch:
    """Return rows as the columns a reader gives."""
    batch = SignInBatch()
    for row in rows:
        for column in COLUMNS:
            batch.columns[column].append(row[column])
    return batch
