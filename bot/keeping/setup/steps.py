"""The `setup` command: its steps in order, what they write, and how it ends."""

import asyncio

from bot.errors import StartError
from bot.keeping.check_discord import Registered
from bot.keeping.check_model import check_main_model
from bot.keeping.findings import Findings
from bot.keeping.setup import env_file
from bot.keeping.setup.answering import ask_server
from bot.keeping.setup.application import ask_application
from bot.keeping.setup.models import ask_model
from bot.keeping.setup.picks import Picks
from bot.keeping.setup.terminal import agrees, ask, tell
from bot.settings import settings
from bot.settings.settings import DEFAULT_PERSONA, ENV_FILE
from bot.texts.hosting import setup


async def offer() -> bool:
    """Offer a setup where there is no token; say whether to start the bot then."""
    if settings.raw_values().get("DISCORD_TOKEN", "").strip():
        return True
    try:
        wanted = agrees(setup.OFFER)
    except EOFError:
        tell("")
        return True
    return await run() if wanted else True


async def run() -> bool:
    """Ask, write `.env`, and say whether the bot is to be started now.

    Raises:
        StartError: the input ended early, or the file can't be written.
        SettingsError: something that is not asked for is wrong, and has to be mended first.
    """
    picks = Picks(settings.raw_values())
    settings.refuse_socks()
    picks.parsed()
    env_file.require_writable(ENV_FILE)
    try:
        tell(setup.WELCOME)
        bot = await ask_application(picks)
        await _ask_model(picks)
        _ask_persona(picks)
        written = _write(picks)
    except EOFError as error:
        raise StartError(setup.ENDED_EARLY) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        tell(f"\n{setup.LEFT}")
        raise
    return written and _wants_to_start(bot)


async def _ask_model(picks: Picks) -> None:
    """Ask who answers and with which model, until one has said a word or is taken all the same."""
    while True:
        ask_model(await ask_server(picks), picks)
        tell(setup.TRYING.format(model=picks.now("OPENAI_MODEL")))
        findings = Findings(tell)
        await check_main_model(picks.parsed(), findings)
        if findings.well or not agrees(setup.TAKE_ANOTHER):
            return


def _ask_persona(picks: Picks) -> None:
    tell(setup.PERSONA)
    default = picks.now("SYSTEM_PROMPT") or DEFAULT_PERSONA
    while True:
        persona = ask(setup.PERSONA_IS.format(default=default), default)
        if persona.isprintable():
            picks.pick(SYSTEM_PROMPT=persona)
            return
        tell(setup.NOT_TEXT)


def _write(picks: Picks) -> bool:
    """Write what was picked; what is there already is changed with leave alone. Say whether all holds."""
    text, path = env_file.read(ENV_FILE), ENV_FILE
    new = picks.differing(env_file.values(text))
    if not new:
        tell(setup.NOTHING_TO_CHANGE.format(path=path))
        return True
    if path.exists() and not agrees(setup.CHANGE.format(path=path, names=", ".join(new))):
        tell(setup.LEFT)
        return False
    env_file.write(path, env_file.changed(text or setup.FIRST_LINE, new))
    tell(setup.WRITTEN.format(path=path))
    holds = settings.raw_values()
    for name, value in new.items():
        if holds.get(name, "").strip() != value.strip():
            tell(setup.OUTDONE.format(name=name, path=path))
    return True


def _wants_to_start(bot: Registered) -> bool:
    """Show the way into a server, and ask whether to start; by now there is nothing to be undone."""
    tell(setup.INVITE.format(link=bot.link))
    try:
        starts = agrees(setup.START)
    except EOFError:
        starts = False
    tell(setup.STARTING if starts else setup.LATER)
    return starts
