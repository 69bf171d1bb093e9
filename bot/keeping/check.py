"""The `check` command: settings, database, Discord and the model, looked at before a start."""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.errors import KeyRefused, ModelDown, ModelError, ModelNotFound, ParleyError, StartError
from bot.gateway.lookup import Lookup, Unreachable
from bot.llm.completer import OpenAICompleter, Server
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.rules.model import Completion
from bot.rules.model_facts import ModelFacts
from bot.settings.model_servers import FALLBACK_KEYS
from bot.settings.settings import ENV_FILE, Settings
from bot.store.connection.files import open_to_others
from bot.store.connection.lock import held
from bot.store.sqlite import open_store, read_store
from bot.texts import startup

Write = Callable[[str], None]


async def run(settings: Settings, write: Write) -> int:
    """Run one check after the other, write a line for each, and return how many failed."""
    checks: tuple[tuple[str, Callable[[Settings, Write], Awaitable[None]]], ...] = (
        ("database", _database),
        ("Discord", _discord),
        ("model", partial(_model, _main(settings))),
        *((f"fall-back {one.model}", partial(_model, one)) for one in _fall_backs(settings)),
    )
    write("ok      settings")
    for path in (ENV_FILE, settings.database_path):
        for loose in open_to_others(path):
            write(f"warning {startup.OPEN_TO_OTHERS.format(path=loose)}")
    wrong = 0
    for name, check in checks:
        try:
            await check(settings, write)
        except ParleyError as error:
            wrong += 1
            write(f"not ok  {name}: {error}")
        else:
            write(f"ok      {name}")
    return wrong


async def forget_dialects(settings: Settings, write: Write) -> int:
    """Forget what models' servers have taught; the bot reads it when it starts."""
    with held(settings.database_path):
        async with open_store(settings.database_path, lambda: datetime.now(UTC)) as store:
            forgotten = await store.lessons.forget(before=datetime.max.replace(tzinfo=UTC))
    write(startup.DIALECTS_FORGOTTEN.format(count=forgotten))
    return 0


def _is_there(database: Path) -> bool:
    return database.is_file() and bool(database.stat().st_size)


async def _database(settings: Settings, write: Write) -> None:
    if not _is_there(settings.database_path):
        write(f"note    {startup.STORE_TO_COME.format(path=settings.database_path)}")
        return
    async with read_store(settings.database_path, lambda: datetime.now(UTC)) as store:
        for lesson in await store.lessons.all():
            about = f"{lesson.about} ({lesson.value})" if lesson.value else lesson.about
            when = f"{lesson.learned_at:%Y-%m-%d %H:%M}"
            write(
                "learned "
                + startup.LESSON.format(
                    model=lesson.model, server=lesson.server, about=about, when=when, why=lesson.why
                )
            )
        for key, model in await store.places.models():
            if model not in settings.models:
                write(f"warning {startup.MODEL_NOT_ALLOWED.format(place=key, model=model)}")


async def _discord(settings: Settings, _: Write) -> None:
    lookup = Lookup(settings.discord_token, settings.discord_api_url)
    try:
        reads_messages = await lookup.reads_messages()
    except Unreachable as error:
        raise StartError(startup.DISCORD_UNREACHABLE.format(reason=error)) from error
    if not reads_messages:
        raise StartError(startup.INTENT_MISSING)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A model that is looked at: where it is, and the sentences for its refusals."""

    model: str
    url: str
    key: str
    setting: str = ""  # of the key
    key_refused: str = startup.KEY_REFUSED_AT_START
    not_there: str = startup.MODEL_NOT_THERE
    unreachable: str = startup.MODEL_UNREACHABLE


def _main(settings: Settings) -> _Asked:
    return _Asked(settings.openai_model, settings.openai_base_url or "", settings.openai_api_key)


def _fall_backs(settings: Settings) -> Iterator[_Asked]:
    main = _main(settings)
    for one, key_name in zip(settings.fallback_models, FALLBACK_KEYS, strict=False):
        of_main = one.api_key is None
        yield _Asked(
            one.model,
            main.url if of_main else one.base_url,
            main.key if one.api_key is None else one.api_key,
            "OPENAI_API_KEY" if of_main else key_name,
            startup.FALLBACK_KEY_REFUSED,
            startup.FALLBACK_NOT_THERE,
            startup.FALLBACK_UNREACHABLE,
        )


async def _model(asked: _Asked, settings: Settings, write: Write) -> None:
    clock = SystemClock()
    async with connect(asked.key, asked.url) as client:
        dialects = Dialects(str(client.base_url), clock.now)
        server = Server(client, dialects, settings.reasoning_effort, settings.model_options)
        completer = OpenAICompleter(server, await TiktokenCounter.load(), clock, random.random)
        where = {"url": str(client.base_url).rstrip("/"), "model": asked.model, "setting": asked.setting}
        try:
            completion = await _answer(completer, asked.model)
        except KeyRefused as error:
            raise StartError(asked.key_refused.format(**where)) from error
        except ModelNotFound as error:
            raise StartError(asked.not_there.format(**where)) from error
        except ModelError as error:
            raise StartError(asked.unreachable.format(**where, reason=completer.why(error))) from error
        if completion is None or completion.usage is None:
            write(f"warning {startup.NEVER_BILLS.format(**where)}")
        if ends := dialects.shutdown(asked.model):
            write(f"warning {startup.MODEL_LEAVES.format(**where, day=ends)}")
        write(f"known   {_known(dialects.facts(asked.model))}")
        if not asked.setting:
            await _places_of_models_that_are_gone(settings, completer, write)


async def _places_of_models_that_are_gone(
    settings: Settings, completer: OpenAICompleter, write: Write
) -> None:
    if not _is_there(settings.database_path):
        return
    async with read_store(settings.database_path, lambda: datetime.now(UTC)) as store:
        picked = await store.places.models()
    for model in settings.models[1:]:
        places = [place for place, its_model in picked if its_model == model]
        if places and await _is_gone(completer, model):
            for place in places:
                write(f"warning {startup.MODEL_GONE.format(place=place, model=model)}")


async def _is_gone(completer: OpenAICompleter, model: str) -> bool:
    """Say whether a server has a model no more; an answer decides."""
    try:
        await _answer(completer, model)
    except ModelNotFound:
        return True
    except ModelError:
        return False  # which says nothing of it
    return False


async def _answer(completer: OpenAICompleter, model: str) -> Completion | None:
    """Look a model up and have it say a word; where the look fails, the word decides."""
    try:
        await completer.check(model)
    except (KeyRefused, ModelDown):
        raise
    except ModelError:
        return await completer.try_out(model)
    return await completer.try_out(model)


def _known(facts: ModelFacts) -> str:
    """Say what is known of a model."""
    window = f"{facts.context_window:,}" if facts.context_window else startup.UNKNOWN
    encoding = facts.encoding if facts.encoding_known else startup.ASSUMED.format(encoding=facts.encoding)
    return startup.MODEL_KNOWN.format(
        model=facts.name, window=window, encoding=encoding, price=facts.price or startup.UNKNOWN
    )
