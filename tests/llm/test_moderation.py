"""Texts judged by a moderation endpoint that a test scripts."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from aiohttp import web
from openai import AsyncOpenAI

from bot import errors
from bot.chat.completions import Asker
from bot.llm.completer import Server
from bot.llm.dialects.learned import Dialects
from bot.llm.moderating.endpoint import MOST_CHARACTERS, OpenAIModeration
from bot.rules.model import ChannelKey
from bot.rules.spending.pseudonyms import pseudonym
from tests.llm.conftest import KEY, FakeClock, Reply, Script
from tests.llm.replies import body, error
from tests.llm.test_completer import ASKED


async def guard(request: web.Request) -> web.StreamResponse:
    """Flag what is bad."""
    texts = json.loads(await request.read())["input"]
    return web.json_response(
        {
            "results": [
                {"flagged": "bad" in text, "categories": {"hate": "bad" in text}} for text in map(str, texts)
            ]
        }
    )


async def judged(client: AsyncOpenAI, *texts: str) -> Sequence[tuple[str, ...] | None]:
    moderation = OpenAIModeration(client, "guard", FakeClock())
    return await moderation.judge(texts, moderation.sending())


async def test_each_text_has_a_verdict_of_its_own(script: Script, client: AsyncOpenAI) -> None:
    script.replies = [guard]

    assert await judged(client, "good", "bad", "") == [(), ("hate",), ()]
    assert script.bodies == [{"model": "guard", "input": ["good", "bad", ""]}]
    assert script.paths == ["/v1/moderations"]


async def test_a_long_text_is_judged_in_pieces_no_request_of_which_is_too_much(
    script: Script, client: AsyncOpenAI
) -> None:
    script.replies = [guard, guard]

    assert await judged(client, "x" * MOST_CHARACTERS + "bad", "good") == [("hate",), ()]
    assert [[len(text) for text in body["input"]] for body in script.bodies] == [[MOST_CHARACTERS], [3, 4]]


async def test_where_only_a_picture_is_new_no_empty_request_is_sent(
    script: Script, client: AsyncOpenAI
) -> None:
    script.replies = [guard]
    moderation = OpenAIModeration(client, "guard", FakeClock())

    assert await moderation.judge([PICTURE], moderation.sending()) == [("hate",)]
    assert [body["input"] for body in script.bodies] == [[PICTURE]]


async def test_a_category_that_an_endpoint_does_not_know_stands_in_the_log_once(
    script: Script, client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    script.replies = [guard, guard]
    moderation = OpenAIModeration(client, "guard", FakeClock(), {"hate": None, "violance": 0.5})
    for _ in range(2):
        await moderation.judge(["bad"], moderation.sending())

    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "MODERATION_CATEGORIES names violance, of which guard tells nothing"
    ]


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,bad"}}


async def test_a_picture_is_judged_by_itself(script: Script, client: AsyncOpenAI) -> None:
    script.replies = [guard]
    moderation = OpenAIModeration(client, "guard", FakeClock())

    assert await moderation.judge(["good", PICTURE, "bad"], moderation.sending()) == [
        (),
        ("hate",),
        ("hate",),
    ]
    assert [body["input"] for body in script.bodies] == [["good", "bad"], [PICTURE]]


async def test_an_endpoint_that_takes_no_pictures_does_not_judge_them(
    script: Script, client: AsyncOpenAI
) -> None:
    script.replies = [guard, error(400, "input must be text")]
    moderation = OpenAIModeration(client, "guard", FakeClock())

    assert await moderation.judge(["bad", PICTURE], moderation.sending()) == [("hate",), None]


async def test_a_server_that_fails_is_asked_once_more(script: Script, client: AsyncOpenAI) -> None:
    script.replies = [error(500, "oh"), guard]

    assert await judged(client, "bad") == [("hate",)]


@pytest.mark.parametrize(
    ("reply", "kind", "requests"),
    [
        (error(500, "oh"), errors.ModelDown, 2),
        (error(401, f"Incorrect API key provided: {KEY}"), errors.KeyRefused, 1),
        (body({"results": []}), errors.EmptyAnswer, 1),
        (body({"results": None}), errors.EmptyAnswer, 1),
        (body({"results": [None]}), errors.EmptyAnswer, 1),
        (body({"results": [{}]}), errors.EmptyAnswer, 1),
        (body({"results": [{"flagged": "true"}]}), errors.EmptyAnswer, 1),
    ],
)
async def test_what_can_not_be_judged_is_an_error(
    script: Script, client: AsyncOpenAI, reply: Reply, kind: type[errors.ModelError], requests: int
) -> None:
    script.replies = [reply]

    with pytest.raises(kind):
        await judged(client, "bad")
    assert len(script.paths) == requests


async def test_without_an_endpoint_it_is_off() -> None:
    moderation = OpenAIModeration(None, "", FakeClock())

    assert not moderation.is_on
    with pytest.raises(errors.EmptyAnswer):
        await moderation.judge(["bad"], moderation.sending())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.openai.com/v1", True),
        ("https://x.openai.azure.com/openai/v1", True),
        ("http://here/v1", False),
    ],
)
def test_openai_is_told_who_asks_by_a_keyed_hash_alone(client: AsyncOpenAI, url: str, told: bool) -> None:
    dialects = Dialects(url, FakeClock().now)
    server = Server(client, dialects, identify=lambda person: pseudonym("secret", person))
    asker = Asker(155149108183695360, ChannelKey(1))

    sent = server.body(replace(ASKED, asker=asker))
    assert ("safety_identifier" in sent) is told
    assert sent.get("safety_identifier") in (None, pseudonym("secret", asker.id))
    assert "safety_identifier" not in server.body(ASKED)
