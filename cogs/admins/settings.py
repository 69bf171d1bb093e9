"""/persona, /model, /auto, /context, /threads, /retention: what is set for a channel, or for a whole server.

Threads inherit from their channel, channels from the server. All answers are ephemeral.
"""

from typing import Any, Literal

from discord import app_commands, ui
from discord.ext import commands

from bot.chat.rights import Action
from bot.client.bot import ParleyBot
from bot.client.registration import does
from bot.reading.interactions import member_of, place_of
from bot.rules.threads.modes import ThreadMode
from bot.texts import listed
from bot.texts.places import auto, model, persona, recent, threads
from bot.texts.places import retention_days as retention
from bot.ui.commands import settings as shown
from bot.ui.commands.dialogs import Asked, Form, ask, change_setting, reply, think
from bot.ui.commands.models import model_choices
from bot.ui.config.forms import persona_field

Scope = Literal["channel", "server"]
USUAL_RECENT = 50  # messages, where nobody says how many


class Settings(commands.Cog):
    """Shows and changes settings."""

    of_persona = app_commands.Group(name="persona", description=persona.ABOUT)
    of_model = app_commands.Group(name="model", description=model.ABOUT)
    of_auto = app_commands.Group(name="auto", description=auto.ABOUT, guild_only=True)
    of_context = app_commands.Group(name="context", description=recent.ABOUT)
    of_threads = app_commands.Group(name="threads", description=threads.ABOUT, guild_only=True)
    of_retention = app_commands.Group(name="retention", description=retention.ABOUT)

    def __init__(self, bot: ParleyBot) -> None:
        self._settings = bot.services.commands.settings

    @of_persona.command(name="show", description=persona.ABOUT_SHOW, extras=does(Action.SEE_MANAGED))
    async def persona_show(self, interaction: Asked) -> None:
        """Show the persona that holds."""
        await _show(interaction, "persona", managed=True)

    @of_persona.command(name="set", description=persona.ABOUT_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def persona_set(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Ask for the text in a form, which must be the first answer."""
        guild_wide = scope == "server"
        own, inherited = await self._settings.persona_to_edit(
            place_of(interaction), member_of(interaction), guild_wide=guild_wide
        )
        await ask(interaction, PersonaForm(persona_field(own or "", inherited), guild_wide=guild_wide))

    @of_persona.command(name="clear", description=persona.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def persona_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the persona."""
        await _clear(interaction, scope, "persona")

    @of_model.command(name="show", description=model.ABOUT_SHOW, extras=does(Action.SEE_SETTING))
    async def model_show(self, interaction: Asked) -> None:
        """Show which model answers."""
        await _show(interaction, "model")

    @of_model.command(name="set", description=model.ABOUT_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(name=model.OPTION, scope=listed.OPTION_SCOPE)
    @app_commands.autocomplete(name=model_choices)
    async def model_set(
        self, interaction: Asked, name: app_commands.Range[str, 1, 100], scope: Scope = "channel"
    ) -> None:
        """Pick a model."""
        why_only_one = self._settings.why_only_one(member_of(interaction))
        await _change(interaction, scope, why_only_one, model=name)

    @of_model.command(name="clear", description=model.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def model_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the model."""
        await _clear(interaction, scope, "model")

    @of_auto.command(name="show", description=auto.ABOUT_SHOW, extras=does(Action.SEE_MANAGED))
    async def auto_show(self, interaction: Asked) -> None:
        """Show whether every message is answered."""
        await _show(interaction, "auto", managed=True)

    @of_auto.command(name="on", description=auto.ABOUT_ON, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_on(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Answer every message."""
        await _change(interaction, scope, auto=True)

    @of_auto.command(name="off", description=auto.ABOUT_OFF, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_off(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Answer only what is addressed to the bot."""
        await _change(interaction, scope, auto=False)

    @of_auto.command(name="clear", description=auto.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def auto_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "auto")

    @of_context.command(name="show", description=recent.ABOUT_SHOW, extras=does(Action.SEE_MANAGED))
    async def context_show(self, interaction: Asked) -> None:
        """Show how much is read as background."""
        await _show(interaction, "recent", managed=True)

    @of_context.command(name="recent", description=recent.ABOUT_RECENT, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(messages=recent.OPTION, scope=listed.OPTION_SCOPE)
    async def context_recent(
        self,
        interaction: Asked,
        messages: app_commands.Range[int, 0, 100] = USUAL_RECENT,
        scope: Scope = "channel",
    ) -> None:
        """Set how much is read as background."""
        await _change(interaction, scope, recent=messages)

    @of_context.command(name="clear", description=recent.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def context_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "recent")

    @of_retention.command(name="show", description=retention.ABOUT_SHOW, extras=does(Action.SEE_SETTING))
    async def retention_show(self, interaction: Asked) -> None:
        """Show how long messages are remembered."""
        await _show(interaction, "retention_days")

    @of_retention.command(name="set", description=retention.ABOUT_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(days=retention.OPTION, scope=listed.OPTION_SCOPE)
    async def retention_set(
        self, interaction: Asked, days: app_commands.Range[int, 0, 36500], scope: Scope = "channel"
    ) -> None:
        """Set how long messages are remembered; 0 days means for ever, whatever the server sets."""
        await _change(interaction, scope, retention_days=days)

    @of_retention.command(name="clear", description=retention.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def retention_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear the retention."""
        await _clear(interaction, scope, "retention_days")

    @of_threads.command(name="show", description=threads.ABOUT_SHOW, extras=does(Action.SEE_SETTING))
    async def threads_show(self, interaction: Asked) -> None:
        """Show whether answers lead into threads."""
        await _show(interaction, "threads")

    @of_threads.command(name="set", description=threads.ABOUT_SET, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(mode=threads.OPTION, scope=listed.OPTION_SCOPE)
    async def threads_set(
        self, interaction: Asked, mode: Literal["off", "offer", "always"], scope: Scope = "channel"
    ) -> None:
        """Set whether answers lead into threads."""
        await _change(interaction, scope, threads=ThreadMode(mode))

    @of_threads.command(name="clear", description=threads.ABOUT_CLEAR, extras=does(Action.CHANGE_SETTING))
    @app_commands.describe(scope=listed.OPTION_SCOPE)
    async def threads_clear(self, interaction: Asked, scope: Scope = "channel") -> None:
        """Clear it."""
        await _clear(interaction, scope, "threads")


class PersonaForm(Form):
    """Asks for a persona's text; no text at all is a persona, too."""

    def __init__(self, field: ui.TextInput[Any], *, guild_wide: bool) -> None:
        super().__init__(persona.FORM, persona.FIELD, field)
        self._guild_wide = guild_wide

    async def act(self, interaction: Asked, text: str) -> None:
        """Set the persona, and show it back."""
        settings = interaction.client.services.commands.settings
        place, member = place_of(interaction), member_of(interaction)
        await settings.change(place, member, guild_wide=self._guild_wide, persona=text)
        await reply(interaction, shown.changed("persona", text, guild_wide=self._guild_wide))


async def _show(interaction: Asked, name: str, *, managed: bool = False) -> None:
    """Show what holds of a setting, by its name in `Settings`; if `managed`, to those who may change it."""
    await think(interaction)
    settings, place = interaction.client.services.commands.settings, place_of(interaction)
    if managed:
        held = await settings.held_for(place, member_of(interaction), name)
    else:
        held = await settings.held(place, name)
    await reply(interaction, shown.held_of(name, held))


async def _change(interaction: Asked, scope: Scope, more: str = "", **change: str | int | None) -> None:
    """Make one change, a setting by its name in `Settings`, and say so, and what `more` there is to say."""
    await think(interaction)
    guild_wide = scope == "server"
    await change_setting(interaction, guild_wide=guild_wide, **change)
    [(name, value)] = change.items()
    said = shown.changed(name, value, guild_wide=guild_wide)
    await reply(interaction, f"{said} {more}".rstrip())


async def _clear(interaction: Asked, scope: Scope, name: str) -> None:
    """Clear a setting, and show what holds now."""
    await think(interaction)
    settings, guild_wide = interaction.client.services.commands.settings, scope == "server"
    place, member = place_of(interaction), member_of(interaction)
    was_set, held = await settings.clear(place, member, name, guild_wide=guild_wide)
    holds = shown.held_of(name, held)
    await reply(interaction, holds if was_set else shown.nothing_set(name, holds, guild_wide=guild_wide))


async def setup(bot: ParleyBot) -> None:
    """Add the cog."""
    await bot.add_cog(Settings(bot))
