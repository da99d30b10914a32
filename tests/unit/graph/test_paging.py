"""Listings are whole or an error."""

from __future__ import annotations

import json

import pytest

from graph_service import Answer, Asked, client, page, refusal, serving
from unbroken.graph.failures import GraphFailure, PageTokenExpired, PermissionMissing, Unreadable
from unbroken.graph.paging import RESTARTS, listing, single


def ids(records: list[bytes]) -> list[str]:
    return [json.loads(record)["id"] for record in records]


def test_every_page_is_read_empty_ones_too_and_the_headers_go_with_each() -> None:
    def answer(asked: Asked) -> Answer:
        pages = {
            "/v1.0/users": page([{"id": "a"}], f"{service.url}/v1.0/users?$skiptoken=1"),
            "/v1.0/users?$skiptoken=1": page([], f"{service.url}/v1.0/users?$skiptoken=X%2B'+/=="),
            "/v1.0/users?$skiptoken=X%2B'+/==": page([{"id": "b"}]),
        }
        return pages[asked.target]

    with serving(answer) as service, client(service) as graph:
        assert ids(listing(graph, "v1.0/users", {"ConsistencyLevel": "eventual"})) == ["a", "b"]

    assert {each.headers["consistencylevel"] for each in service.asked} == {"eventual"}


@pytest.mark.parametrize("status", [400, 404, 410])
def test_an_expired_page_token_starts_the_listing_again(status: int) -> None:
    """Whatever the code says: Graph handed that address out itself."""
    expired = iter([refusal(status, "DirectoryPageTokenNotFoundException")])

    def answer(asked: Asked) -> Answer:
        if "skiptoken" in asked.target:
            return next(expired, page([{"id": "b"}]))
        return page([{"id": "a"}], f"{service.url}/v1.0/users?$skiptoken=1")

    with serving(answer) as service, client(service) as graph:
        assert ids(listing(graph, "v1.0/users")) == ["a", "b"]

    assert len(service.asked) == 4


def test_a_token_that_always_expires_is_an_error_and_no_partial_set() -> None:
    def answer(asked: Asked) -> Answer:
        return refusal(410) if "skiptoken" in asked.target else page([{"id": "a"}], f"{service.url}/v1.0/users?$skiptoken=1")

    with serving(answer) as service, client(service) as graph, pytest.raises(PageTokenExpired):
        listing(graph, "v1.0/users")
    assert len(service.asked) == 2 * (RESTARTS + 1)


def test_a_listing_that_turns_in_a_circle_is_an_error() -> None:
    def answer(_: Asked) -> Answer:
        return page([{"id": "a"}], f"{service.url}/v1.0/users?$skiptoken=1")

    with serving(answer) as service, client(service) as graph, pytest.raises(PageTokenExpired, match="already"):
        listing(graph, "v1.0/users")


def test_a_refusal_on_the_second_page_is_no_end() -> None:
    def answer(asked: Asked) -> Answer:
        return refusal(403) if "skiptoken" in asked.target else page([{"id": "a"}], f"{service.url}/v1.0/users?$skiptoken=1")

    with serving(answer) as service, client(service) as graph, pytest.raises(PermissionMissing):
        listing(graph, "v1.0/users")


def test_a_record_that_comes_twice_is_there_once_as_it_was_last() -> None:
    with serving(lambda _: page([{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}])) as service, client(service) as graph:
        assert [json.loads(record) for record in listing(graph, "v1.0/users")] == [{"id": "a", "n": 2}, {"id": "b"}]


def test_records_without_an_id_are_all_kept() -> None:
    with serving(lambda _: page([{"name": "a"}, {"name": "a"}])) as service, client(service) as graph:
        assert len(listing(graph, "v1.0/anything")) == 2


def test_partners_are_known_by_their_tenant() -> None:
    with serving(lambda _: page([{"tenantId": "a"}, {"tenantId": "b"}, {"tenantId": "a"}])) as service, client(service) as graph:
        assert len(listing(graph, "v1.0/policies/crossTenantAccessPolicy/partners")) == 2


@pytest.mark.parametrize("body", [{"id": "a"}, [], {"value": "x"}])
def test_what_is_no_page_is_an_error(body: object) -> None:
    with serving(lambda _: Answer(body=body)) as service, client(service) as graph, pytest.raises(Unreadable, match="no page"):
        listing(graph, "v1.0/users")


def test_what_is_no_object_is_an_error() -> None:
    with serving(lambda _: Answer(body=[1])) as service, client(service) as graph, pytest.raises(GraphFailure, match="no object"):
        single(graph, "v1.0/policies/authenticationMethodsPolicy")
