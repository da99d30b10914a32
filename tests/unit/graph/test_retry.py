"""Which call is tried again, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbroken.graph.failures import Said
from unbroken.graph.redaction import redacted
from unbroken.graph.retry import NOT_SENT, Budget, Repeat, pause, retry_after

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("2.128", 2.128),
        ("Fri, 20 Nov 2026 12:00:10 GMT", 10.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("inf", None),
        ("nan", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


SAID = st.builds(
    Said,
    status=st.sampled_from([0, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504]),
    code=st.sampled_from(["", NOT_SENT, "Denied"]),
    retry_after=st.none() | st.floats(0, 1000),
)


@settings(deadline=None)
@given(SAID, st.sampled_from(Repeat), st.integers(1, 12), st.floats(0, 1))
def test_the_kind_of_call_decides(said: Said, repeat: Repeat, tries: int, share: float) -> None:
    wait = pause(said, repeat, tries, Budget(), share)

    if repeat is Repeat.NEVER or tries >= Budget().tries:
        assert wait is None
    if repeat is Repeat.IF_REFUSED and wait is not None:
        assert said.status == 429 or said.code == NOT_SENT
    if wait is not None:
        assert wait >= (said.retry_after or 0)
        assert wait <= 601
    assert wait is None or said.status in {0, 429, 500, 502, 503, 504} or said.code == NOT_SENT


SECRET = st.text("abcXYZ019-_", min_size=12, max_size=40)


@settings(deadline=None)
@given(SECRET, st.sampled_from(["access_token", "refresh_token", "client_secret", "device_code", "temporaryAccessPass"]))
def test_named_secrets_are_hidden_in_json_and_in_forms(secret: str, name: str) -> None:
    assert secret not in redacted(f'{{"{name}": "{secret}", "expires_in": 3600}}')
    assert secret not in redacted(f"grant_type=x&{name}={secret}&scope=y")
    assert redacted('{"code": "Request_BadRequest"}') == '{"code": "Request_BadRequest"}'
