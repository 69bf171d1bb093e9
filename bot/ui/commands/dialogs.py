"""What commands, buttons and forms share: a timely first word, and errors that are reported.

A button that a command leaves behind carries all that it needs in its custom id, so that it works after a
restart; whoever presses it is checked by the use case, as with the command itself.
"""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, ClassVar, Self, TypeVar

import discord
from discord import ui

from bot.chat.commands.files import MOST_BYTES, File
from bot.chat.rights import Action
from bot.client import replies
from bot.client.bot import ParleyBot
from bot.client.report import report_interaction
from bot.client.retry import FAILURES, is_passing, persist
from bot.client.standing import standing_of
from bot.reading.interactions import member_of, place_of
from bot.rules.figures import MOST_ID, whole
from bot.texts import admins
from bot.texts.features import greetings
from bot.texts.languages.catalogue import Message, Saying, in_words
from bot.texts.languages.figures import number

T = TypeVar("T")

Asked = discord.Interaction[ParleyBot]

FORM_SECONDS = 3600.0  # how long a form that nobody sends is waited for
ANNOUNCE_SECONDS = 20.0
PATIENCE_SECONDS = 3.0  # without a word, of whoever waits
FILES_AT_ONCE = 2  # per message; within Discord's limit for a request


async def think(interaction: Asked) -> None:
    """Acknowledge at once; the answer that follows is seen by the one who asked alone."""
    await replies.acknowledge(interaction, thinking=True)


async def reply(
    interaction: Asked, shown: str | Message | discord.Embed, view: ui.View | None = None
) -> None:
    """Fill in the answer, or replace what the message with the pressed button shows.

    What was done is done, whether Discord takes the answer or not: nothing is raised.
    """
    content, embed = (None, shown) if isinstance(shown, discord.Embed) else (str(shown), None)
    await replies.reply(interaction, content=content, embed=embed, view=view)


async def ask(interaction: Asked, form: "Form") -> None:
    """Show a form, which must be the first answer."""
    interaction._state.store_view(form)  # which discord.py does only where it hears that Discord took it
    await replies.respond(interaction, lambda: interaction.response.send_modal(form))


async def announce(interaction: Asked, saying: Saying, nonce: str) -> bool:
    """Post something that all here may see, once, in the place's language; say whether Discord took it."""
    place = place_of(interaction)
    with interaction.client.services.languages.speaking(place):
        sentence = in_words(saying)
    channel = interaction.client.get_partial_messageable(place.channel_id, guild_id=place.guild_id)

    async def post() -> None:
        await channel.send(sentence, nonce=nonce, suppress_embeds=True)

    try:
        await persist(f"a note in channel {place.channel_id}", post, ANNOUNCE_SECONDS)
    except FAILURES as error:
        if is_passing(error):
            return False
        return await replies.follow_up(interaction, content=sentence)  # which needs no permission
    return True


async def change_setting(interaction: Asked, *, guild_wide: bool, **change: object) -> None:
    """Change a setting; where all that is said is read and answered from now on, all there hear of it."""
    settings = interaction.client.services.commands.settings
    place, member = place_of(interaction), member_of(interaction)
    before = (await settings.all_held(place, guild_wide=guild_wide))["auto"]
    await settings.change(place, member, guild_wide=guild_wide, **change)
    if change.get("auto") and not before.value:
        await announce(interaction, greetings.AUTO[guild_wide], f"a.{interaction.id}")


async def patiently(
    interaction: Asked, work: Callable[[Callable[[int], None]], Awaitable[T]], sentence: Message
) -> T:
    """Do something that may take its time, and show how far it has come every few seconds.

    The work gets what to tell its count to, which stands in the sentence as `count`.
    """
    counted = 0

    def told(count: int) -> None:
        nonlocal counted
        counted = count

    task = asyncio.ensure_future(work(told))
    try:
        while not (await asyncio.wait({task}, timeout=PATIENCE_SECONDS))[0]:
            await reply(interaction, sentence.format(count=number(counted)))
        return await task
    finally:
        task.cancel()


def most_bytes(interaction: Asked) -> int:
    """Return how large a file may be there."""
    return min(interaction.filesize_limit, MOST_BYTES)


async def hand_over(
    interaction: Asked, files: AsyncIterator[File], sentence: Message, further: Message
) -> None:
    """Answer with files, to the one who asked alone; what one message can't take comes in further ones."""
    begun = False
    async for batch in _batches(files):
        if begun:
            await replies.follow_up(interaction, files=batch, content=str(further), ephemeral=True)
        else:
            await replies.reply(interaction, files=batch, content=str(sentence))
            begun = True


async def _batches(files: AsyncIterator[File]) -> AsyncIterator[list[File]]:
    batch: list[File] = []
    async for file in files:
        if len(batch) == FILES_AT_ONCE:
            yield batch
            batch = []
        batch.append(file)
    yield batch


class StoredItem(ui.DynamicItem[Any], ABC, template=r"parley:item"):
    """A button or a menu that outlives the process.

    discord.py swallows a dynamic item's errors, so they end here.
    """

    does: ClassVar[Action | None] = None  # where nobody is kept from it
    apart: ClassVar[bool] = False  # answers the presser alone, in a message of its own

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge and act; what goes wrong is told to the presser alone."""
        try:
            interaction.client.services.access.require(standing_of(interaction), self.does)
            await self.answer(interaction)
        except Exception as error:  # noqa: BLE001 - the end of its journey: report tells bug from refusal
            await report_interaction(interaction, error)

    async def answer(self, interaction: Asked) -> None:
        """Acknowledge, then act."""
        await replies.acknowledge(interaction, thinking=self.apart)
        await self.act(interaction)

    @abstractmethod
    async def act(self, interaction: Asked) -> None:
        """Do what it says."""


class StoredButton(StoredItem, template=r"parley:button:(?P<id>[0-9]+)"):
    """A button with a number."""

    verb: ClassVar[str]
    label: ClassVar[Message]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, id_: int) -> None:
        super().__init__(
            ui.Button(label=str(self.label), style=self.style, custom_id=f"parley:{self.verb}:{id_}")
        )
        self.id_ = id_

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button again from what stands in the message."""
        return cls(whole(int(match["id"]), MOST_ID) or 0)


class CancelButton(StoredButton, template=r"parley:cancel:(?P<id>[0-9]+)"):
    """Takes a confirmation away."""

    verb, label, does = "cancel", admins.CANCEL, Action.USE_OWN_DATA

    async def act(self, interaction: Asked) -> None:
        """Say that nothing was changed."""
        await reply(interaction, admins.CANCELLED)


def view_of(*buttons: StoredButton) -> ui.View:
    """Return buttons as a message carries them."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view


def confirmation(button: StoredButton) -> ui.View:
    """Return a button that does something grave, with a way out beside it."""
    return view_of(button, CancelButton(0))


class Form(ui.Modal, ABC):
    """A form of one field; what goes wrong when it is sent is told to the sender alone."""

    does: ClassVar[Action | None] = None  # as of a stored item
    apart: ClassVar[bool] = True  # its answer is a message of its own, not the one that it was opened from

    def __init__(self, title: str | Message, field: str | Message, text: ui.TextInput[Any]) -> None:
        super().__init__(title=str(title), timeout=FORM_SECONDS)
        self.text = text
        self.add_item(ui.Label(text=str(field), component=text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Acknowledge and act."""
        interaction.client.services.access.require(standing_of(interaction), self.does)
        await replies.acknowledge(interaction, thinking=self.apart)
        await self.act(interaction, self.text.value)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /, *_: Any) -> None:
        """Report what went wrong."""
        await report_interaction(interaction, error)

    @abstractmethod
    async def act(self, interaction: Asked, text: str) -> None:
        """Do what the form is for."""
