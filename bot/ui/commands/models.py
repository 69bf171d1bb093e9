"""Completes the name of a model as somebody types it, from those that the self-hoster allows."""

from discord import app_commands

from bot.texts.places import model
from bot.ui.commands.dialogs import Asked

MOST_CHOICES = 25
MOST_CHARACTERS = 100


async def model_choices(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Return the allowed models whose name has in it what was typed."""
    models = interaction.client.services.commands.settings.models
    fitting = [name for name in models if typed.lower() in name.lower() and len(name) <= MOST_CHARACTERS]
    shown = model.ONLY_CHOICE if len(models) == 1 else "{model}"
    return [
        app_commands.Choice(name=shown.format(model=name)[:MOST_CHARACTERS], value=name)
        for name in fitting[:MOST_CHOICES]
    ]
