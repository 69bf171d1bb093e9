"""The `health` command: how a bot is that runs in another process.

Beside a file it goes by what the bot has put on record there. On a server there may be many processes: the
one of this machine is asked over HTTP.
"""

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

from bot.serving.health import FACT, Health, State, recorded
from bot.settings.forms import ServerUrl
from bot.settings.serving import Address
from bot.store.facts import fact_beside
from bot.texts import serving

ANSWER_SECONDS = 5.0

# What is on this machine is reached through no proxy.
_directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tell(database: Path | ServerUrl, address: Address | None, write: Callable[[str], None]) -> int:
    """Write how the bot is in a line, and return 0 if it is ready, else 1; `address` is its HTTP_PORT."""
    now = _asked(address) if isinstance(database, ServerUrl) else _health(database)
    write(str(now))
    return 0 if now.state is State.READY else 1


def _asked(address: Address | None) -> Health:
    if address is None:
        return Health(State.DEAD, serving.NO_PORT)
    try:
        with _directly.open(f"http://{address.host}:{address.port}/readyz", timeout=ANSWER_SECONDS) as said:
            told = said.read()
    except urllib.error.HTTPError as error:
        told = error.read()
    except (OSError, HTTPException) as error:
        return Health(State.DEAD, serving.NO_HTTP_ANSWER.format(reason=error))
    state, _, why = told.decode("utf-8", "replace").strip().partition(": ")
    if state not in {*State}:
        return Health(State.DEAD, serving.NO_HTTP_ANSWER.format(reason=serving.ANOTHER_ANSWERS))
    return Health(State(state), why)


def _health(path: Path) -> Health:
    never = Health(State.DEAD, serving.NEVER_RAN.format(path=path))
    try:
        record = fact_beside(path, FACT)
    except FileNotFoundError:
        return never
    except OSError as error:
        return Health(State.DEAD, serving.DATABASE_UNREADABLE.format(path=path, reason=error))
    return recorded(record, datetime.now(UTC)) or never
