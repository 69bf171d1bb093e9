"""The real bot, connected to a playground."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app, logs
from bot.gateway.connecting import connected
from bot.settings import bounds, settings
from bot.settings.settings import DEFAULT_MODEL, Settings
from playground import Playground


@asynccontextmanager
async def bot_in(playground: Playground, folder: Path) -> AsyncIterator[app.App]:
    """Connect the bot to a playground; it keeps its database in the folder.

    Raises:
        StartError: the bot did not get ready.
        SettingsError: settings in the environment or .env are wrong.
    """
    loaded = _settings(playground, folder)
    logs.set_up("WARNING", loaded.secrets)
    async with (
        app.assembled(loaded, guild_ready_timeout=0.05) as running,
        connected(running.bot, loaded.discord_token),
    ):
        try:
            yield running
        finally:
            await running.services.drain(0)


def model_in_use(values: dict[str, str]) -> str | None:
    """Return the configured model's name, or None where the stand-in answers."""
    if values.get("OPENAI_API_KEY") or values.get("OPENAI_BASE_URL"):
        return values.get("OPENAI_MODEL") or DEFAULT_MODEL
    return None


def _settings(playground: Playground, folder: Path) -> Settings:
    values = settings.raw_values()
    if model_in_use(values) is None:
        values |= {"OPENAI_BASE_URL": playground.model_url, "OPENAI_API_KEY": ""}
    own = {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "DATABASE_URL": f"sqlite:///{folder / 'parley.db'}",
        **bounds.OFF,  # one visitor plays everybody
    }
    return settings.parse(values | own)
