"""The look at the models: each is asked for a word, as for an answer, and what is known of it is told."""

import random
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.clock import SystemClock
from bot.errors import KeyRefused, ModelDown, ModelError, ModelNotFound
from bot.keeping.check_database import kept_lessons, places_with_models
from bot.keeping.findings import Findings
from bot.llm.completer import OpenAICompleter, Server, Trial
from bot.llm.connection import connect
from bot.llm.counter import TiktokenCounter
from bot.llm.dialects.learned import Dialects
from bot.llm.prices import Prices
from bot.rules.model_facts import Lesson, ModelFacts
from bot.settings.model_servers import FALLBACK_KEYS
from bot.settings.settings import Settings
from bot.texts import checking, startup


@dataclass(frozen=True, slots=True)
class _Asked:
    """A model that is looked at: where it is, and the sentences for its refusals."""

    model: str
    url: str
    key: str
    setting: str = ""  # of the key
    about: str = "model"
    key_refused: str = startup.KEY_REFUSED_AT_START
    not_there: str = startup.MODEL_NOT_THERE
    unreachable: str = startup.MODEL_UNREACHABLE


async def check_models(settings: Settings, findings: Findings) -> None:
    """Look at the model that answers, at the fall-backs, and at those that places have picked."""
    lessons = {_key(one): one for one in await kept_lessons(settings.database)}
    main, prices = _main(settings), Prices(settings.spending.prices)
    for asked in (main, *_fall_backs(settings, main)):
        async with _asking(asked, settings) as completer:
            if await _model(asked, completer, prices, findings) and asked is main:
                await _picked(settings, completer, findings)
            lessons |= {_key(one): one for one in completer.dialects.lessons(asked.model)}
    _dialects(lessons.values(), findings)


async def check_main_model(settings: Settings, findings: Findings) -> None:
    """Look at the model that answers, and at nothing else."""
    main = _main(settings)
    async with _asking(main, settings) as completer:
        await _model(main, completer, Prices(settings.spending.prices), findings)


@asynccontextmanager
async def _asking(asked: _Asked, settings: Settings) -> AsyncIterator[OpenAICompleter]:
    async with connect(asked.key, asked.url) as client:
        dialects = Dialects(str(client.base_url), SystemClock().now)
        server = Server(client, dialects, settings.reasoning_effort, settings.model_options)
        yield OpenAICompleter(server, await TiktokenCounter.load(), SystemClock(), random.random)


def _key(lesson: Lesson) -> tuple[str, str, str]:
    return lesson.server, lesson.model, lesson.about


async def _model(asked: _Asked, completer: OpenAICompleter, prices: Prices, findings: Findings) -> bool:
    """Have a model say a word, and say whether it did."""
    url = completer.dialects.server.rstrip("/")
    where = {"url": url, "model": asked.model, "setting": asked.setting}
    try:
        trial = await _answer(completer, asked.model)
    except KeyRefused:
        findings.wrong(asked.about, asked.key_refused.format(**where))
    except ModelNotFound:
        findings.wrong(asked.about, asked.not_there.format(**where))
    except ModelError as error:
        findings.wrong(asked.about, asked.unreachable.format(**where, reason=completer.why(error)))
    else:
        findings.ok(asked.about, checking.ANSWERS.format(**where, seconds=trial.first_word_seconds))
        if trial.completion is None or trial.completion.usage is None:
            findings.warn(asked.about, checking.NEVER_BILLS.format(**where))
        if caches_nothing(url):
            findings.warn(asked.about, checking.CACHES_NOTHING.format(**where))
        if ends := completer.dialects.shutdown(asked.model):
            findings.warn(asked.about, checking.MODEL_LEAVES.format(**where, day=ends))
        cost = prices.rates(asked.model, url, datetime.now(UTC))
        findings.note(asked.about, _facts(completer.dialects.facts(asked.model), cost))
        return True
    return False


def caches_nothing(url: str) -> bool:
    """Say whether a server is Anthropic's own, which takes OpenAI's requests for trying out alone."""
    return f".{urlsplit(url).hostname}".endswith(".anthropic.com")


def _dialects(lessons: Iterable[Lesson], findings: Findings) -> None:
    """Tell what models' servers have taught by refusing."""
    told = False
    for lesson in lessons:
        about = f"{lesson.about} ({lesson.value})" if lesson.value else lesson.about
        when, url = f"{lesson.learned_at:%Y-%m-%d %H:%M} UTC", lesson.server.rstrip("/")
        sentence = checking.LESSON.format(model=lesson.model, url=url, about=about, when=when, why=lesson.why)
        findings.note("dialect", sentence)
        told = True
    if not told:
        findings.note("dialect", checking.NO_LESSONS)


async def _picked(settings: Settings, completer: OpenAICompleter, findings: Findings) -> None:
    """Look at the models that places have picked: are they allowed, and still there."""
    picked = await places_with_models(settings.database)
    for place, model in picked:
        if model not in settings.models:
            findings.warn("places", checking.MODEL_NOT_ALLOWED.format(place=place, model=model))
    for model in settings.models[1:]:
        places = [place for place, its_model in picked if its_model == model]
        if places and await _is_gone(completer, model):
            for place in places:
                findings.warn("places", checking.MODEL_GONE.format(place=place, model=model))


async def _is_gone(completer: OpenAICompleter, model: str) -> bool:
    """Say whether a server has a model no more; an answer decides."""
    try:
        await _answer(completer, model)
    except ModelNotFound:
        return True
    except ModelError:
        return False  # which says nothing of it
    return False


async def _answer(completer: OpenAICompleter, model: str) -> Trial:
    """Look a model up and have it say a word; where the look fails, the word decides."""
    try:
        await completer.check(model)
    except (KeyRefused, ModelDown):
        raise
    except ModelError:
        return await completer.try_out(model)
    return await completer.try_out(model)


def _main(settings: Settings) -> _Asked:
    return _Asked(settings.openai_model, settings.openai_base_url or "", settings.openai_api_key)


def _fall_backs(settings: Settings, main: _Asked) -> Iterator[_Asked]:
    for one, key_name in zip(settings.fallback_models, FALLBACK_KEYS, strict=False):
        of_main = one.api_key is None
        yield _Asked(
            one.model,
            main.url if of_main else one.base_url,
            main.key if one.api_key is None else one.api_key,
            "OPENAI_API_KEY" if of_main else key_name,
            f"fall-back {one.model}",
            startup.FALLBACK_KEY_REFUSED,
            startup.FALLBACK_NOT_THERE,
            startup.FALLBACK_UNREACHABLE,
        )


def _facts(facts: ModelFacts, cost: tuple[float, float] | None) -> str:
    tokens = facts.context_window
    window = checking.WINDOW.format(tokens=f"{tokens:,}") if tokens else checking.NO_WINDOW
    counted = checking.EXACT if facts.encoding_known else checking.ESTIMATED
    price = checking.PRICE.format(prompt=cost[0], answer=cost[1]) if cost else checking.NO_PRICE
    return checking.MODEL_KNOWN.format(
        window=window, counted=counted.format(encoding=facts.encoding), price=price
    )
