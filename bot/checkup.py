"""The `check` command: settings, database, Discord and the model, looked at before a start."""

import base64
import binascii
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.clock import SystemClock
from bot.errors import KeyRefused, ModelError, ModelNotFound, ParleyError, StartError
from bot.gateway.lookup import Lookup, Unreachable
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.settings import ENV_FILE, Settings
from bot.store.connection.files import open_to_others
from bot.store.sqlite import open_store
from bot.texts import startup

# View channels, send messages (in threads too), embed links, attach files, read history, add reactions,
# use application commands; see https://docs.discord.com/developers/topics/permissions
PERMISSIONS = 277025508416


def invite_link(token: str) -> str:
    """Return the link that adds the bot to a server; a token begins with the application's id in base64."""
    head = token.partition(".")[0]
    try:
        application_id = int(base64.b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError) as error:
        raise StartError(startup.NO_APPLICATION_ID) from error
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot%20applications.commands&permissions={PERMISSIONS}"
    )


async def run(settings: Settings, write: Callable[[str], None]) -> int:
    """Run one check after the other, write a line for each, and return how many failed."""
    checks: tuple[tuple[str, Callable[[Settings], Awaitable[None]]], ...] = (
        ("database", _database),
        ("Discord", _discord),
        ("model", _model),
    )
    write("ok      settings")
    for path in (ENV_FILE, settings.database_path):
        for loose in open_to_others(path):
            write(f"warning {startup.OPEN_TO_OTHERS.format(path=loose)}")
    wrong = 0
    for name, check in checks:
        try:
            await check(settings)
        except ParleyError as error:
            wrong += 1
            write(f"not ok  {name}: {error}")
        else:
            write(f"ok      {name}")
    return wrong


async def _database(settings: Settings) -> None:
    async with open_store(settings.database_path, lambda: datetime.now(UTC)):
        pass


async def _discord(settings: Settings) -> None:
    lookup = Lookup(settings.discord_token, settings.discord_api_url)
    try:
        reads_messages = await lookup.reads_messages()
    except Unreachable as error:
        raise StartError(startup.DISCORD_UNREACHABLE.format(reason=error)) from error
    if not reads_messages:
        raise StartError(startup.INTENT_MISSING)


async def _model(settings: Settings) -> None:
    counter = await TiktokenCounter.load()
    model = settings.openai_model
    async with connect(settings.openai_api_key, settings.openai_base_url or "") as client:
        url = str(client.base_url).rstrip("/")
        clock = SystemClock()
        dialects = Dialects(url, clock.now)
        server = Server(client, dialects, settings.reasoning_effort, settings.model_options)
        completer = OpenAICompleter(
            server,
            counter,
            clock,
            random.random,
        )
        try:
            await completer.check(model)
        except KeyRefused as error:
            raise StartError(startup.KEY_REFUSED_AT_START) from error
        except ModelNotFound as error:
            raise StartError(startup.MODEL_NOT_THERE.format(url=url, model=model)) from error
        except ModelError as error:
            sentence = startup.MODEL_UNREACHABLE.format(url=url, reason=completer.why(error))
            raise StartError(sentence) from error
