"""The real bot, connected to a playground."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app, logs
from bot.gateway.connecting import connected
from bot.settings import bounds, settings
from bot.settings.settings import DEFAULT_MODEL
from playground import Playground


@asynccontextmanager
async def bot_in(playground: Playground, folder: Path) -> AsyncIterator[app.App]:
    """Connect the bot to a playground; it keeps its database in the folder.

    Raises:
        StartError: the bot did not get ready.
        SettingsError: settings in the environment or .env are wrong.
    """
    own = own_settings(playground, f"sqlite:///{folder / 'parley.db'}")
    loaded = settings.parse(settings.raw_values() | own)
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


def own_settings(playground: Playground, database: str) -> dict[str, str]:
    """Return the settings with which a bot finds a playground and its memory, whatever else is set."""
    stands_in = model_in_use(settings.raw_values()) is None
    return {
        "DISCORD_TOKEN": playground.token,
        "DISCORD_API_URL": playground.api_url,
        "DATABASE_URL": database,
        **bounds.OFF,  # one visitor plays everybody
        **({"OPENAI_BASE_URL": playground.model_url, "OPENAI_API_KEY": ""} if stands_in else {}),
    }
