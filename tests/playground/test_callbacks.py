"""Answers to interactions that a library would hardly send: raw requests against Discord's rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground import Playground
from playground.world.interacting.commands import check_commands, register
from playground.world.interacting.interactions import Interaction
from playground.world.permissions import MANAGE_GUILD
from tests.playground.conftest import Answers

EPHEMERAL, LOADING = 64, 128
BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
OFF = BUTTON | {"label": "Off", "custom_id": "off", "disabled": True}
ROWS = [{"type": 1, "components": [BUTTON, OFF]}]
INPUT = {"type": 4, "style": 1, "custom_id": "text", "label": "Text", "required": False}
MODAL = {"title": "A form", "custom_id": "form", "components": [{"type": 1, "components": [INPUT]}]}
COMMANDS: list[dict[str, Any]] = [
    {
        "name": "hello",
        "description": "Says hello",
        "options": [{"type": 3, "name": "to", "description": "Whom"}],
    },
    {"name": "admin", "description": "For admins", "default_member_permissions": str(MANAGE_GUILD)},
    {"name": "here", "description": "Not in DMs", "contexts": [0]},
    {
        "name": "all",
        "description": "Takes everything",
        "options": [
            {"type": 11, "name": "file", "description": "A file"},
            {"type": 7, "name": "channel", "description": "A channel"},
            {"type": 4, "name": "number", "description": "A number", "min_value": 1, "max_value": 9},
            {
                "type": 3,
                "name": "choice",
                "description": "A choice",
                "choices": [{"name": "Red", "value": "r"}],
            },
        ],
    },
    {"type": 2, "name": "Who is this"},
]


@pytest.fixture
async def answers(playground: Playground) -> AsyncIterator[Answers]:
    register(playground.world, None, check_commands([dict(command) for command in COMMANDS]))
    async with aiohttp.ClientSession() as session:
        yield Answers(playground, session)


@pytest.fixture
def hello(playground: Playground, answers: Answers) -> Interaction:
    return playground.world.person("alex").run("general", "hello")


async def test_an_answer_comes_with_its_message_if_wanted(answers: Answers, hello: Interaction) -> None:
    status, body = await answers.callback(hello, 4, {"content": "hi", "flags": EPHEMERAL})

    assert status == 200
    assert body["interaction"]["response_message_ephemeral"] is True
    assert body["resource"]["message"]["content"] == "hi"
    assert body["resource"]["message"]["interaction_metadata"]["user"]["username"] == "alex"


async def test_an_answer_without_it_is_empty(answers: Answers, hello: Interaction) -> None:
    assert await answers.callback(hello, 4, {"content": "hi"}, with_response=False) == (204, None)


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99])
async def test_a_command_can_be_answered_with_messages_and_modals_only(
    answers: Answers, hello: Interaction, kind: int
) -> None:
    status, body = await answers.callback(hello, kind, {"content": "x", "choices": []})

    assert (status, body["code"]) == (400, 50035)
    assert not hello.failed


async def test_an_answer_after_three_seconds_is_too_late(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    playground.clock.advance(3)
    status, body = await answers.callback(hello, 5, {})

    assert (status, body["code"]) == (404, 10062)
    assert hello.failed


async def test_an_unknown_interaction_is_unknown(answers: Answers, hello: Interaction) -> None:
    hello.token = "made-up"

    assert (await answers.callback(hello, 5, {}))[1]["code"] == 10062


async def test_nothing_follows_what_was_not_answered(answers: Answers, hello: Interaction) -> None:
    assert (await answers.webhook("POST", hello, "", {"content": "x"}))[1]["code"] == 10015


async def test_an_ephemeral_deferral_stays_ephemeral_when_it_is_filled(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 5, {"flags": EPHEMERAL})
    loading = hello.deferred
    await answers.webhook("PATCH", hello, "/messages/@original", {"content": "done"})
    [message] = hello.responses

    assert loading
    assert (message.content, message.flags, message.edits) == ("done", EPHEMERAL, 0)
    assert message not in playground.world.person("sam").sees("general")


async def test_the_first_follow_up_takes_the_place_of_the_loading_line(
    answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 5, {})
    await answers.webhook("POST", hello, "", {"content": "first"})
    await answers.webhook("POST", hello, "", {"content": "second"})

    assert [message.content for message in hello.responses] == ["first", "second"]


async def test_follow_ups_can_be_read_edited_and_deleted(answers: Answers, hello: Interaction) -> None:
    await answers.callback(hello, 4, {"content": "first"})
    _, sent = await answers.webhook("POST", hello, "", {"content": "more"})
    path = f"/messages/{sent['id']}"
    await answers.webhook("PATCH", hello, path, {"content": "changed"})
    read = await answers.webhook("GET", hello, path)
    deleted = await answers.webhook("DELETE", hello, path)
    gone = await answers.webhook("GET", hello, path)

    assert read[1]["content"] == "changed"
    assert deleted == (204, None)
    assert gone[1]["code"] == 10008


async def test_ephemeral_answers_exist_for_their_interaction_alone(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 4, {"content": "psst", "flags": EPHEMERAL})
    [message] = hello.responses
    status, body = await answers.request("GET", f"/channels/{message.channel_id}/messages/{message.id}")

    assert (status, body["code"]) == (404, 10008)
    assert message in playground.world.person("alex").sees("general")


async def test_a_button_can_update_its_message_or_do_so_later(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 4, {"content": "panel", "components": ROWS})
    [panel] = hello.responses
    sam = playground.world.person("sam")
    await answers.callback(sam.press(panel, "Go"), 7, {"content": "at once"})
    at_once = panel.content
    later = sam.press(panel, "go")
    await answers.callback(later, 6, {})
    await answers.webhook("PATCH", later, "/messages/@original", {"content": "later"})

    assert (at_once, panel.content) == ("at once", "later")


async def test_only_what_one_sees_and_what_is_enabled_can_be_pressed(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 4, {"content": "x", "components": ROWS, "flags": EPHEMERAL})
    [panel] = hello.responses

    with pytest.raises(LookupError, match="does not see"):
        playground.world.person("sam").press(panel, "Go")
    with pytest.raises(LookupError, match="can't be pressed"):
        playground.world.person("alex").press(panel, "Off")
    with pytest.raises(LookupError, match="no Stop"):
        playground.world.person("alex").press(panel, "Stop")


async def test_a_modal_can_not_answer_a_modal(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 9, MODAL)
    assert hello.modal is not None
    submitted = playground.world.person("alex").submit(hello.modal, {"Text": "words"})
    status, body = await answers.callback(submitted, 9, MODAL)

    assert (status, body["code"]) == (400, 50035)


async def test_a_modal_with_too_long_a_title_is_refused(answers: Answers, hello: Interaction) -> None:
    assert (await answers.callback(hello, 9, MODAL | {"title": "x" * 46}))[0] == 400


async def test_webhook_routes_have_a_limit_of_their_own(
    playground: Playground, answers: Answers, hello: Interaction
) -> None:
    await answers.callback(hello, 4, {"content": "x"})
    statuses = [
        (await answers.webhook("PATCH", hello, "/messages/@original", {"content": str(number)}))[0]
        for number in range(6)
    ]

    assert statuses == [200] * 5 + [429]


async def test_commands_are_offered_by_permission_and_place(playground: Playground, answers: Answers) -> None:
    def names(person: str, place: Any) -> set[str]:
        return {command["name"] for command in playground.world.person(person).offered(place)}

    everywhere = {"hello", "all", "Who is this"}

    assert names("alex", "general") == everywhere | {"here"}
    assert names("olivia", "general") == everywhere | {"here", "admin"}
    assert names("alex", playground.world.dm("alex")) == everywhere | {"admin"}


async def test_what_discord_let_through_can_be_tried(playground: Playground, answers: Answers) -> None:
    interaction = playground.world.person("alex").run("general", "admin", unchecked=True)

    assert (await answers.callback(interaction, 4, {"content": "no"}))[0] == 200


@pytest.mark.parametrize(
    "options",
    [{"number": 10}, {"number": "3"}, {"choice": "Blue"}, {"unknown": 1}],
)
async def test_options_are_held_to_what_was_registered(
    playground: Playground, answers: Answers, options: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        playground.world.person("alex").run("general", "all", options)


async def test_options_carry_what_they_refer_to(playground: Playground, answers: Answers) -> None:
    sent: list[dict[str, Any]] = []
    playground.world.subscribe(lambda event: sent.append(event.data))
    options = {"file": ("a.txt", b"text"), "channel": playground.world.channel("help"), "choice": "Red"}
    playground.world.person("alex").run("general", "all", options)
    data = sent[0]["data"]
    [attachment] = data["resolved"]["attachments"].values()
    async with answers.session.get(attachment["url"]) as response:
        content = await response.read()

    assert {option["name"]: option["value"] for option in data["options"]}["choice"] == "r"
    assert [channel["name"] for channel in data["resolved"]["channels"].values()] == ["help"]
    assert content == b"text"


async def test_a_user_menu_carries_the_user_and_member(playground: Playground, answers: Answers) -> None:
    sent: list[dict[str, Any]] = []
    playground.world.subscribe(lambda event: sent.append(event.data))
    sam = playground.world.person("sam")
    playground.world.person("alex").menu("Who is this", sam)
    data = sent[0]["data"]

    assert data["target_id"] == str(sam.id)
    assert data["resolved"]["users"][str(sam.id)]["username"] == "sam"
    assert str(sam.id) in data["resolved"]["members"]


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Upper", "description": "x"},
        {"name": "two words", "description": "x"},
        {"name": "x", "description": ""},
        {
            "name": "x",
            "description": "x",
            "options": [{"type": 3, "name": str(n), "description": "x"} for n in range(26)],
        },
        {
            "name": "x",
            "description": "x",
            "options": [
                {
                    "type": 3,
                    "name": f"o{n}",
                    "description": "x" * 100,
                    "choices": [{"name": "y" * 100, "value": f"{m}" * 50} for m in range(5)],
                }
                for n in range(25)
            ],
        },
    ],
)
async def test_commands_that_discord_refuses_are_refused(
    playground: Playground, answers: Answers, command: dict[str, Any]
) -> None:
    status, body = await answers.request(
        "PUT", f"/applications/{playground.world.application_id}/commands", [command]
    )

    assert (status, body["code"]) == (400, 50035)
