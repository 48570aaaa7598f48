"""Tags and lifetimes."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from mla_graph.service.wire.reply import FRESH_SECONDS, caching, still_good

from .conftest import Serve

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_tag_is_strong_and_depends_on_every_part() -> None:
    tags = {
        caching(*parts)["ETag"]
        for parts in (("r1", "a", "b"), ("r2", "a", "b"), ("r1", "b", "a"), ("r1", "ab"), ("r1",))
    }
    assert len(tags) == 5 and all(tag.startswith('"') for tag in tags)


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        (NOON, FRESH_SECONDS),
        (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), 59),
        (datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC), 0),
        (datetime(2026, 3, 2, tzinfo=UTC), FRESH_SECONDS),
    ],
)
def test_what_depends_on_the_day_does_not_outlive_it(time: datetime, seconds: int) -> None:
    sent = caching("release", "text", fresh=False, now=time)
    assert sent["Cache-Control"] == f"public, max-age={seconds}"


def test_another_day_has_another_tag() -> None:
    tags = {
        caching("release", "text", fresh=False, now=NOON.replace(day=day))["ETag"] for day in (1, 2)
    }
    assert len(tags) == 2


def test_without_release_there_is_no_tag_and_no_copy() -> None:
    sent = caching(None, "text", fresh=False)
    assert "ETag" not in sent and sent["Cache-Control"] == "no-cache"
    assert still_good("*", sent.get("ETag")) is None


@pytest.mark.parametrize(
    ("if_none_match", "good"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b",W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
        (None, False),
    ],
)
def test_the_caller_may_name_several_tags_strong_or_weak(
    if_none_match: str | None, good: bool
) -> None:
    assert (still_good(if_none_match, '"a"') is not None) is good


@pytest.mark.parametrize("path", ["/id/state/lu?format=turtle", "/ontology", "/.well-known/void"])
def test_what_names_the_host_of_a_request_is_kept_by_no_shared_cache(
    serve: Serve, path: str
) -> None:
    kept = serve().get(path).headers["cache-control"]
    published = serve(base_url="https://law.example").get(path).headers["cache-control"]
    assert kept.startswith("private") and published.startswith("public")


def test_a_redirect_does_not_repeat_the_host(client: TestClient) -> None:
    answer = client.get(
        "/api/queries/?x=1", headers={"Host": "evil.example"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (307, "/api/queries?x=1")
