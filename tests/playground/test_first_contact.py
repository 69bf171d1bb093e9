"""The real clients meet the playground: connect, hear, answer, edit, stream."""

from __future__ import annotations

import discord
import openai

from playground import Playground
from tests.playground.conftest import Client


async def test_a_bot_hears_a_message_replies_and_edits_its_reply(playground: Playground, bot: Client) -> None:
    async def answer(message: discord.Message) -> None:
        reply = await message.reply("Thinking")
        await reply.edit(content="Hello Alex")

    bot.answer = answer
    alex = playground.world.person("alex")
    question = alex.say("general", "hello")
    general = playground.world.channel("general")
    await playground.world.until(lambda: general.last and general.last.content == "Hello Alex")

    assert bot.heard[0].content == f"<@{playground.world.bot.id}> hello"
    assert general.last is not None
    assert [version.content for version in general.last.versions] == ["Thinking", "Hello Alex"]
    assert general.last.reference is not None
    assert general.last.reference["message_id"] == str(question.id)


async def test_the_openai_client_streams_what_was_scripted(
    playground: Playground, ai: openai.AsyncOpenAI
) -> None:
    playground.model.script("Hel", "lo")
    async with await ai.chat.completions.create(
        model="gpt-4.1-mini",
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        stream_options={"include_usage": True},
    ) as stream:
        chunks = [chunk async for chunk in stream]

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "Hello"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
