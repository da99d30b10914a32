"""Requests over real HTTP: what is sent again, what never is, and what is said when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph_service import TORN, Answer, Asked, QuickClock, client, page, refusal, serving
from unbroken.graph.failures import GraphFailure, LicenceMissing, PermissionMissing, Stopped, TokenRefused, TooMuch, Uncertain, Unreadable
from unbroken.graph.retry import NOT_PREMIUM, Repeat
from unbroken.graph.trace import TraceFile

OK = Answer(body={"id": "1"})


def after(*first: Answer, then: Answer = OK) -> Callable[[Asked], Answer]:
    """Return what answers with `first` one after the other, and `then` for ever."""
    answers = iter(first)
    return lambda _: next(answers, then)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 509, TORN])
def test_a_read_is_sent_again_after_a_passing_failure(status: int) -> None:
    with serving(after(Answer(status, {"error": {"code": "x"}}))) as service, client(service) as graph:
        assert json.loads(graph.read(graph.address("v1.0/organization"))) == {"id": "1"}
        assert (graph.requests, graph.repeats) == (2, 1)


def test_an_answer_of_success_that_is_half_a_body_is_no_answer() -> None:
    with serving(after(Answer(200, b'{"value": [{"id": '), Answer(200, b""))) as service, client(service) as graph:
        assert json.loads(graph.read(graph.address("v1.0/users"))) == {"id": "1"}
        assert graph.requests == 3


def test_retry_after_is_read_as_a_fraction_and_waited_for() -> None:
    clock = QuickClock()
    with serving(after(refusal(429, Retry_After="2.128"))) as service, client(service, clock=clock) as graph:
        graph.read(graph.address("v1.0/organization"))

    assert clock.waits == [2.128 + clock.share()]


def test_conditional_access_without_retry_after_is_paced_and_waited_for() -> None:
    clock = QuickClock()
    with serving(after(refusal(429, "TooManyRequests"))) as service, client(service, clock=clock) as graph:
        for _ in range(3):
            graph.read(graph.address("v1.0/identity/conditionalAccess/policies"))

    assert len(service.asked) == 4
    assert clock.now >= 3 * 1.1


def test_a_read_that_never_works_is_an_error_after_a_bounded_number_of_tries() -> None:
    with serving(lambda _: refusal(503)) as service, client(service) as graph, pytest.raises(TooMuch, match="503"):
        graph.read(graph.address("v1.0/organization"))
    assert len(service.asked) == 8


@pytest.mark.parametrize(
    ("answer", "kind", "tries"),
    [
        (refusal(403, "Authorization_RequestDenied", "Insufficient privileges"), PermissionMissing, 1),
        (refusal(403, NOT_PREMIUM), LicenceMissing, 3),
        (refusal(401, "InvalidAuthenticationToken"), TokenRefused, 2),
        (refusal(400, "BadRequest", "1007: schema"), GraphFailure, 1),
        (Answer(302, None, {"Location": "http://elsewhere.example"}), GraphFailure, 1),
    ],
)
def test_a_refusal_is_what_it_is(answer: Answer, kind: type[GraphFailure], tries: int) -> None:
    with serving(lambda _: answer) as service, client(service) as graph, pytest.raises(kind):
        graph.read(graph.address("v1.0/organization"))
    assert len(service.asked) == tries


def test_members_added_to_enumerations_later_are_asked_for() -> None:
    """Without the header Graph writes `unknownFutureValue` for every result of a report-only policy."""
    with serving(lambda _: Answer(body={})) as service, client(service) as graph:
        graph.read(graph.address("v1.0/organization"))
        graph.post_query(graph.address("beta/identity/conditionalAccess/evaluate"), {})

    assert [each.headers["prefer"] for each in service.asked] == ["include-unknown-enum-members"] * 2


def test_a_token_that_expired_is_replaced_once() -> None:
    with serving(after(refusal(401, "InvalidAuthenticationToken"))) as service, client(service) as graph:
        graph.read(graph.address("v1.0/organization"))

    assert [each.headers["authorization"] for each in service.asked] == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("lost", [Answer(503), Answer(504), Answer(TORN, {"id": "made"})])
def test_a_write_that_would_do_it_twice_is_not_sent_again_when_its_answer_is_lost(lost: Answer) -> None:
    with serving(after(lost)) as service, client(service) as graph, pytest.raises(Uncertain):
        graph.write("POST", graph.address("v1.0/identity/conditionalAccess/policies"), {}, Repeat.IF_REFUSED)
    assert len(service.asked) == 1


def test_a_lost_answer_is_settled_by_reading_back() -> None:
    with serving(after(Answer(503))) as service, client(service) as graph:
        address = graph.address("v1.0/groups")

        assert graph.write("POST", address, {}, Repeat.IF_REFUSED, carried_out=lambda: True) == b""
        service.answer = after(Answer(503))
        with pytest.raises(Uncertain):
            graph.write("POST", address, {}, Repeat.IF_REFUSED, carried_out=lambda: False)


def test_a_write_that_was_refused_is_sent_again() -> None:
    with serving(after(refusal(429, Retry_After="1"))) as service, client(service) as graph:
        graph.write("POST", graph.address("v1.0/groups"), {"displayName": "x"}, Repeat.IF_REFUSED)

    assert [each.body for each in service.asked] == [b'{"displayName":"x"}'] * 2


@pytest.mark.parametrize("answer", [refusal(429, Retry_After="1"), Answer(503), Answer(TORN, {"a": "b"})])
def test_a_mail_is_never_sent_twice(answer: Answer) -> None:
    with serving(after(answer)) as service, client(service) as graph, pytest.raises(GraphFailure):
        graph.write("POST", graph.address("v1.0/users/u/sendMail"), {}, Repeat.NEVER)
    assert len(service.asked) == 1


def test_the_token_is_not_handed_to_another_host() -> None:
    with serving(lambda _: OK) as service, client(service) as graph, pytest.raises(Unreadable, match="outside"):
        graph.read("https://elsewhere.example/v1.0/users")
    assert service.asked == []


def test_nothing_that_answers_is_waited_for_no_longer_than_the_tries() -> None:
    with serving(lambda _: OK) as service:
        url = service.url
    with client(service) as graph, pytest.raises(TooMuch, match="no answer"):
        graph.read(f"{url}/v1.0/users")


def test_trace_and_errors_carry_no_token(tmp_path: Path) -> None:
    token = "eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJncmFwaCJ9.c2lnbmF0dXJl"  # noqa: S105 -- made up

    class Known:
        def token(self, refused: str = "") -> str:
            return refused or token

    answers = after(refusal(503), then=refusal(403, "Denied", f"Bearer {token} is not welcome, client_secret=hush"))
    file = tmp_path / "trace.jsonl"
    with (
        serving(answers) as service,
        TraceFile(file) as trace,
        client(service, tokens=Known(), trace=trace) as graph,
        pytest.raises(PermissionMissing) as caught,
    ):
        graph.read(graph.address(f"v1.0/users?sig=hush&token={token}"))

    written = file.read_text(encoding="utf-8") + str(caught.value)
    assert [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()] == ["request", "wait", "request"]
    assert "Denied" in written
    assert "eyJ" not in written
    assert "hush" not in written


def test_what_it_is_asked_to_read_is_sent_as_it_is_written() -> None:
    with serving(lambda _: page([])) as service, client(service) as graph:
        graph.read(f"{service.url}/v1.0//users?$filter=a%20eq%20'b'&$skiptoken=A+b/c==%2F")

    assert service.targets() == ["/v1.0//users?$filter=a%20eq%20'b'&$skiptoken=A+b/c==%2F"]


def test_after_stop_nothing_is_sent_and_no_wait_goes_on() -> None:
    with serving(lambda _: refusal(429, Retry_After="500")) as service, client(service) as graph:

        class Stopping(QuickClock):
            def wait(self, seconds: float) -> None:
                super().wait(seconds)
                graph.stop()

        graph.clock = Stopping()
        with pytest.raises(Stopped):
            graph.read(graph.address("v1.0/organization"))
        with pytest.raises(Stopped):
            graph.read(graph.address("v1.0/organization"))
        assert graph.clock.now < 10
    assert len(service.asked) == 1


def test_the_time_is_that_of_the_service_not_of_this_machine() -> None:
    dated = Answer(body={}, headers={"Date": "Sat, 21 Nov 2026 06:00:00 GMT"})
    with serving(lambda _: dated) as service, client(service) as graph:
        before = graph.now()
        graph.read(graph.address("v1.0/organization"))

        assert (before.isoformat(), graph.now().isoformat()) == ("2026-11-20T12:00:00+00:00", "2026-11-21T06:00:00+00:00")


@pytest.mark.parametrize("date", ["yesterday", "Sat, 21 Nov 2026 06:00:00 -0000"])
def test_a_date_that_says_nothing_is_left_alone(date: str) -> None:
    with serving(lambda _: Answer(body={}, headers={"Date": date})) as service, client(service) as graph:
        graph.read(graph.address("v1.0/organization"))

        assert graph.now() == graph.clock.today()
