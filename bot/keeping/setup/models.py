"""The step about the model: a list with prices, of which one is picked by its number or name."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.keeping.setup.picks import Picks
from bot.keeping.setup.servers import Seen
from bot.keeping.setup.terminal import ask, tell
from bot.llm.connection import OPENAI_URL
from bot.llm.prices import Prices
from bot.settings.model_servers import is_private, printable
from bot.settings.settings import DEFAULT_MODEL
from bot.settings.spending import MICROS
from bot.texts.hosting import setup

MOST_SHOWN = 15
# What is on a list of models and doesn't talk, or not over chat completions.
NO_CHAT = re.compile(
    r"embed|whisper|\btts\b|dall-e|image|audio|realtime|transcri|moderation|rerank|sora|instruct$"
    r"|davinci|babbage|codex|-search|computer-use|deep-research|-pro(?:-|$)",
    re.IGNORECASE,
)
DATED = re.compile(r"-(?:\d{4}|\d{4}-\d\d-\d\d)$")


def ask_model(seen: Seen, picks: Picks) -> None:
    """Ask for the model, of those that the server lists."""
    tell(setup.MODEL)
    priced = Prices(picks.parsed().spending.prices)
    url = picks.now("OPENAI_BASE_URL") or OPENAI_URL
    costs = {model: priced.rates(model, url, datetime.now(UTC)) for model in offered(seen.models, url)}
    at_home = is_private(url)
    models = list(costs) if at_home else sorted(costs, key=lambda model: (costs[model] or (MICROS, 0), model))
    usual = (picks.now("OPENAI_MODEL"), DEFAULT_MODEL, *models)
    first = next((model for model in usual if model in seen.models), "")
    models = [first, *(model for model in models if model != first)] if first else models
    lines = {model: f"{model}  {_price(costs.get(model), at_home=at_home)}" for model in models}
    picks.pick(OPENAI_MODEL=_picked(seen.models, lines, url))


def offered(models: Sequence[str], url: str) -> Sequence[str]:
    """Return the models worth a line: such as talk, and of one with dated versions the newest alone."""
    plain = [model for model in models if _is_printable(model)]
    if is_private(url):
        return plain
    return [
        model
        for model in plain
        if not NO_CHAT.search(model) and DATED.sub("", model) not in {*plain} - {model}
    ]


def _picked(known: Sequence[str], lines: dict[str, str], url: str) -> str:
    shown = _show(list(lines.values()))
    names = list(lines)
    while True:
        default = names[0] if names else ""
        said = ask(_prompt(default, url, is_listed=bool(known)), default)
        if not said:
            continue
        if said.isdecimal() and 1 <= int(said[:6]) <= shown:
            return names[int(said) - 1]
        if said in known or (said and not known and _is_printable(said)):
            return said
        alike = [name for name in known if said.lower() in name.lower()]
        if alike:
            names = alike
            shown = _show([lines.get(name, name) for name in names])
        else:
            tell(setup.NO_SUCH_MODEL.format(url=url, name=said))


def _prompt(default: str, url: str, *, is_listed: bool) -> str:
    return setup.PICK.format(default=default) if is_listed else setup.NAME.format(url=url)


def _show(lines: Sequence[str]) -> int:
    """Write the first of some lines, and return how many."""
    for number, line in enumerate(lines[:MOST_SHOWN], 1):
        tell(f"  {number:>2}  {line}")
    if len(lines) > MOST_SHOWN:
        tell(setup.MORE.format(count=len(lines) - MOST_SHOWN))
    return min(len(lines), MOST_SHOWN)


def _price(cost: tuple[float, float] | None, *, at_home: bool) -> str:
    if cost is None:
        return setup.PRICE_UNKNOWN
    if at_home and not any(cost):
        return setup.FREE
    return setup.PRICE.format(prompt=f"{cost[0]:.2f}", answer=f"{cost[1]:.2f}")


def _is_printable(model: str) -> bool:
    try:
        return bool(printable(model))
    except ValueError:
        return False
