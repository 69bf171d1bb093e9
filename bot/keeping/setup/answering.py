"""The step about who answers: OpenAI, a server on this machine, or another one; and the key that it takes."""

from collections.abc import Sequence
from contextlib import suppress

from bot.keeping.setup import servers
from bot.keeping.setup.picks import Picks
from bot.keeping.setup.servers import Nearby, Seen, Sight, look, nearby
from bot.keeping.setup.terminal import ask, ask_secret, choose, tell
from bot.llm.connection import OPENAI_URL
from bot.settings.model_servers import is_private, model_url, printable
from bot.texts.hosting import setup


async def ask_server(picks: Picks) -> Seen:
    """Ask which server answers until one is reached, and return what was seen of it."""
    tell(setup.SERVER)
    found = _told(await nearby())
    while True:
        url = _which(found, _as_set(picks))
        seen = await _reached(url, _as_set(picks), picks)
        if seen is not None:
            return seen


def _told(found: Sequence[Nearby]) -> Sequence[Nearby]:
    """Tell what of the usual ports is of no use, and return the servers that have models."""
    if not found:
        tell(setup.NONE_FOUND.format(names=", ".join(name for name, _ in servers.USUAL)))
    for one in found:
        if one.seen.sight is Sight.LISTS and not one.seen.models:
            tell(setup.NO_MODELS.format(name=one.name, url=one.url))
        elif one.seen.sight is not Sight.LISTS:
            tell(setup.NO_MODEL_SERVER.format(url=one.url, reason=one.seen.reason or one.seen.sight))
    return [one for one in found if one.seen.models]


def _as_set(picks: Picks) -> str:
    """Return the address that is set, empty for OpenAI's, and where it is none."""
    with suppress(ValueError):
        return model_url(picks.now("OPENAI_BASE_URL"))
    return ""


def _which(found: Sequence[Nearby], as_set: str) -> str:
    """Return the address of the server that is chosen, empty for OpenAI's."""
    entries = {as_set: setup.AS_SET.format(url=as_set)} if as_set else {}
    entries[""] = setup.OPENAI
    for one in found:
        count = len(one.seen.models)
        models = setup.ONE_MODEL if count == 1 else setup.MODELS.format(count=count)
        entries.setdefault(one.url, setup.FOUND.format(name=one.name, url=one.url, models=models))
    number = choose([*entries.values(), setup.ANOTHER])
    return list(entries)[number] if number < len(entries) else _address()


def _address() -> str:
    while True:
        try:
            return model_url(ask(setup.ADDRESS))
        except ValueError as error:
            tell(setup.WRONG.format(problem=error))


async def _reached(url: str, as_set: str, picks: Picks) -> Seen | None:
    """Return what is seen of a server with a key that it takes; None to choose again."""
    key = picks.now("OPENAI_API_KEY") if url == as_set else ""
    is_known = bool(url) and is_private(url)  # such a server asks for a key only if it was told to
    while True:
        if not is_known:
            key = ask_secret(_prompt(url, is_set=bool(key)), key)
            if not key:
                return None
        is_known = False
        seen = await _look(url, key)
        if seen.sight is Sight.AWAY:
            tell(setup.UNREACHABLE.format(reason=seen.reason))
            return None
        if seen.sight is not Sight.NEEDS_KEY:
            picks.pick(OPENAI_BASE_URL=url, OPENAI_API_KEY=key)
            return seen
        tell(setup.KEY_REFUSED.format(url=url or OPENAI_URL) if key else setup.KEY_NEEDED)
        key = ""


async def _look(url: str, key: str) -> Seen:
    try:
        return await look(url or OPENAI_URL, printable(key))
    except ValueError as error:
        tell(setup.WRONG.format(problem=error))
        return Seen(Sight.NEEDS_KEY)


def _prompt(url: str, *, is_set: bool) -> str:
    if is_set:
        return setup.KEY_KEPT.format(url=url or OPENAI_URL)
    return setup.KEY.format(url=url) if url else setup.OPENAI_KEY
