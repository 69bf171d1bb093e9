"""/persona, /model, /auto, /context, /threads, /retention: what is set for a channel, or for a whole server.

Threads inherit from their channel, channels from the server. All answers are ephemeral.
"""

from collections.abc import Callable
from typing import Any, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.commands.settings import Held
from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.rules.threads.modes import ThreadMode
from bot.texts import admins, listed
from bot.texts.languages.catalogue import Placed
from bot.ui.commands import settings as shown
from bot.ui.commands.dialogs import Asked, Form, ask, change_setting, reply, think
from bot.ui.commands.models import model_choices
from bot.ui.config.forms import persona_field

Scope = Literal["channel", "server"]
Shown = Callable[[Held], str | discord.Embed]
USUAL_RECENT = 50  # messages, where nobody says how many


class Settings(commands.Cog):
    """Shows and changes settings."""

    persona = app_commands.Group(name="persona", description=listed.ABOUT_PERSONA)
    model = app_commands.Group(name="model", description=listed.ABOUT_MODEL)
    auto = app_commands.Group(name="auto", description=listed.ABOUT_AUTO, guild_only=True)
    context = app_commands.Group(name="context", description=listed.ABOUT_CONTEXT)
    threads = app_commands.Group(name="threads", description=listed.ABOUT_THREADS, guild_only=True)
    retention = app_commands.Group(name="retention", description=listed.ABOUT_RETENTION)

    def __init__(self, bot: ParleyBot) -> None:
        self._settings = bot.services.commands.settings

    @persona.command(name="show", description=listed.ABOUT_PERSONA_SHOW, extras=does(Action.SEE_MANAGED))
    async def persona_show(self, interaction: Asked) -> None:
        """Show the persona that holds."""
        await think(interaction)
        held = await self._settings.held_for(place_of(interaction), member_of(interaction), "persona")
        await reply(interaction, shown.persona_held(held))

    @persona.command(name="set", description=listed.ABOUT_PERSONA_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def persona_set(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Ask for the text in a form, which must be the first answer."""
        guild_wide = scope == "server"
        own, inherited = await self._settings.persona_to_edit(
            place_of(interaction), member_of(interaction), guild_wide=guild_wide
        )
        await ask(interaction, PersonaForm(persona_field(own or "", inherited), guild_wide=guild_wide))

    @persona.command(name="clear", description=listed.ABOUT_PERSONA_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def persona_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the persona."""
        await _clear(interaction, scope, "persona", shown.persona_held)

    @model.command(name="show", description=listed.ABOUT_MODEL_SHOW, extras=does(Action.SEE_SETTING))
    async def model_show(self, interaction: Asked) -> None:
        """Show which model answers."""
        await think(interaction)
        await reply(interaction, shown.model_held(await self._settings.held(place_of(interaction), "model")))

    @model.command(name="set", description=listed.ABOUT_MODEL_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(name=listed.OPTION_MODEL, scope=listed.OPTION_SCOPE)
    @app_commands.autocomplete(name=model_choices)
    async def model_set(
        self, interaction: Asked, name: app_commands.Range[str, 1, 100], scope: Scope = "channel"
    ) -> None:
        """Pick a model."""
        why_only_one = self._settings.why_only_one(member_of(interaction))
        await _change(interaction, scope, admins.MODEL_SET, why_only_one, model=name)

    @model.command(name="clear", description=listed.ABOUT_MODEL_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def model_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the model."""
        await _clear(interaction, scope, "model", shown.model_held)

    @auto.command(name="show", description=listed.ABOUT_AUTO_SHOW, extras=does(Action.SEE_MANAGED))
    async def auto_show(self, interaction: Asked) -> None:
        """Show whether every message is answered."""
        await think(interaction)
        held = await self._settings.held_for(place_of(interaction), member_of(interaction), "auto")
        await reply(interaction, shown.auto_held(held))

    @auto.command(name="on", description=listed.ABOUT_AUTO_ON, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_on(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Answer every message."""
        await _change(interaction, scope, admins.AUTO_ON, auto=True)

    @auto.command(name="off", description=listed.ABOUT_AUTO_OFF, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_off(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Answer only what is addressed to the bot."""
        await _change(interaction, scope, admins.AUTO_OFF, auto=False)

    @auto.command(name="clear", description=listed.ABOUT_AUTO_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "auto", shown.auto_held)

    @context.command(name="show", description=listed.ABOUT_CONTEXT_SHOW, extras=does(Action.SEE_MANAGED))
    async def context_show(self, interaction: Asked) -> None:
        """Show how much is read as background."""
        await think(interaction)
        held = await self._settings.held_for(place_of(interaction), member_of(interaction), "recent")
        await reply(interaction, shown.recent_held(held))

    @context.command(
        name="recent", description=listed.ABOUT_CONTEXT_RECENT, extras=does(Action.CHANGE_SETTING)
    )
    @app_commands.describe(messages=listed.OPTION_MESSAGES, scope=listed.OPTION_SCOPE)
    async def context_recent(
        self,
        interaction: Asked,
        messages: app_commands.Range[int, 0, 100] = USUAL_RECENT,
        scope: Scope = "channel",
    ) -> None:
        """Set how much is read as background."""
        sentence = admins.RECENT_SET if messages else admins.RECENT_OFF
        await _change(interaction, scope, sentence, recent=messages)

    @context.command(name="clear", description=listed.ABOUT_CONTEXT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def context_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "recent", shown.recent_held)

    @retention.command(name="show", description=listed.ABOUT_RETENTION_SHOW, extras=does(Action.SEE_SETTING))
    async def retention_show(self, interaction: Asked) -> None:
        """Show how long messages are remembered."""
        await think(interaction)
        held = await self._settings.held(place_of(interaction), "retention_days")
        await reply(interaction, shown.retention_held(held))

    @retention.command(name="set", description=listed.ABOUT_RETENTION_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(days=listed.OPTION_DAYS, scope=listed.OPTION_SCOPE)
    async def retention_set(
        self, interaction: Asked, days: app_commands.Range[int, 0, 36500], scope: Scope = "channel"
    ) -> None:
        """Set how long messages are remembered; 0 days means for ever, whatever the server sets."""
        sentence = admins.RETENTION_SET if days else admins.RETENTION_KEPT
        await _change(interaction, scope, sentence, retention_days=days)

    @retention.command(
        name="clear", description=listed.ABOUT_RETENTION_CLEAR, extras=does(Action.CHANGE_SETTING)
    )
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def retention_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the retention."""
        await _clear(interaction, scope, "retention_days", shown.retention_held)

    @threads.command(name="show", description=listed.ABOUT_THREADS_SHOW, extras=does(Action.SEE_SETTING))
    async def threads_show(self, interaction: Asked) -> None:
        """Show whether answers lead into threads."""
        await think(interaction)
        await reply(
            interaction, shown.threads_held(await self._settings.held(place_of(interaction), "threads"))
        )

    @threads.command(name="set", description=listed.ABOUT_THREADS_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(mode=listed.OPTION_THREADS, scope=listed.OPTION_SCOPE)
    async def threads_set(
        self, interaction: Asked, mode: Literal["off", "offer", "always"], scope: Scope = "channel"
    ) -> None:
        """Set whether answers lead into threads."""
        await _change(interaction, scope, admins.THREADS_SET[mode], threads=ThreadMode(mode))

    @threads.command(name="clear", description=listed.ABOUT_THREADS_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def threads_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "threads", shown.threads_held)


class PersonaForm(Form):
    """Asks for a persona's text; no text at all is a persona, too."""

    def __init__(self, field: ui.TextInput[Any], *, guild_wide: bool) -> None:
        super().__init__(admins.PERSONA_FORM, admins.PERSONA_FIELD, field)
        self._guild_wide = guild_wide

    async def act(self, interaction: Asked, text: str) -> None:
        """Set the persona, and show it back."""
        settings = interaction.client.services.commands.settings
        place, member = place_of(interaction), member_of(interaction)
        await settings.change(place, member, guild_wide=self._guild_wide, persona=text)
        await reply(interaction, shown.persona_set(text, guild_wide=self._guild_wide))


async def _change(
    interaction: Asked, scope: Scope, sentence: Placed, more: str = "", **change: str | int | None
) -> None:
    """Make one change, a setting by its name in `Settings`, and say so, and what `more` there is to say."""
    await think(interaction)
    guild_wide = scope == "server"
    await change_setting(interaction, guild_wide=guild_wide, **change)
    [value] = change.values()
    said = shown.changed(sentence, guild_wide=guild_wide, value=value)
    await reply(interaction, f"{said} {more}".rstrip())


async def _clear(interaction: Asked, scope: Scope, name: str, show: Shown) -> None:
    """Clear a setting, and show what holds now."""
    await think(interaction)
    settings, guild_wide = interaction.client.services.commands.settings, scope == "server"
    place, member = place_of(interaction), member_of(interaction)
    was_set, held = await settings.clear(place, member, name, guild_wide=guild_wide)
    holds = show(held)
    await reply(interaction, holds if was_set else shown.nothing_set(name, holds, guild_wide=guild_wide))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Settings(bot))
