"""Where the memory of a request begins."""

from __future__ import annotations

from typing import Any

from playground import World
from playground.model.cutoff import find_cutoff
from playground.world.conversation import post


def request(*texts: str) -> list[dict[str, Any]]:
    """Return messages as they go to a model: instructions, then turns by user and assistant in turn."""
    roles = ("user", "assistant")
    turns = [{"role": roles[index % 2], "content": text} for index, text in enumerate(texts)]
    return [{"role": "system", "content": "Be helpful."}, *turns]


def talk(world: World, *texts: str) -> None:
    """Let Alex and the bot speak in turn."""
    for index, text in enumerate(texts):
        if index % 2:
            post(world, world.channel("help"), world.bot.id, text)
        else:
            world.person("alex").say("help", text)


def test_a_request_with_everything_leaves_nothing_out() -> None:
    world = World()
    talk(world, "one", "two", "three")
    found = find_cutoff(world, request("Alex: one", "two", "Alex: three"))

    assert found is not None
    assert (found.channel.name, found.left_out) == ("help", 0)


def test_what_was_said_before_the_oldest_turn_is_left_out() -> None:
    world = World()
    talk(world, "one", "two", "three", "four", "five")
    found = find_cutoff(world, request("Alex: three", "four", "Alex: five"))

    assert found is not None
    assert found.left_out == 2
    assert found.oldest.content.endswith("three")


def test_equal_texts_are_told_apart_by_their_order() -> None:
    world = World()
    talk(world, "hi", "hello", "hi", "hello", "hi")
    found = find_cutoff(world, request("Alex: hi", "hello", "Alex: hi"))

    assert found is not None
    assert found.left_out == 2


def test_an_answer_in_several_messages_counts_from_its_first() -> None:
    world = World()
    talk(world, "before", "so", "go on", "a first part")
    post(world, world.channel("help"), world.bot.id, "a second part")
    world.person("alex").say("help", "thanks")
    found = find_cutoff(world, request("Alex: go on", "a first part and a second part", "Alex: thanks"))

    assert found is not None
    assert found.left_out == 2


def test_a_request_that_nobody_made_in_a_channel_has_no_cutoff() -> None:
    world = World()
    talk(world, "one")

    assert find_cutoff(world, request("something else")) is None
    assert find_cutoff(world, [{"role": "system", "content": "Be helpful."}]) is None
