"""The step about Discord: the token, and the switches of its application."""

from bot.errors import SettingsError
from bot.gateway.lookup import Lookup
from bot.keeping.check_discord import Registered, look, told
from bot.keeping.findings import Findings
from bot.keeping.setup.picks import Picks
from bot.keeping.setup.terminal import ask, ask_secret, tell
from bot.texts.hosting import setup

PAGE = "https://discord.com/developers/applications/{id}/bot"


async def ask_application(picks: Picks) -> Registered:
    """Ask for the token until Discord knows it, and look at the intent that lets the bot read."""
    tell(setup.DISCORD)
    prompt = setup.TOKEN_KEPT if picks.now("DISCORD_TOKEN") else setup.TOKEN_PROMPT
    while True:
        picks.pick(DISCORD_TOKEN=ask_secret(prompt, picks.now("DISCORD_TOKEN")))
        if bot := await _seen(picks):
            return await _allowed_to_read(bot, picks)
        prompt = setup.TOKEN_AGAIN if picks.now("DISCORD_TOKEN") else setup.TOKEN_PROMPT


async def _seen(picks: Picks) -> Registered | None:
    """Look at the application, and tell what was found; None where Discord does not know the token."""
    findings = Findings(tell)
    try:
        settings = picks.parsed()
    except SettingsError as error:
        findings.wrong("token", str(error))
        return None
    with told(findings):
        return await look(Lookup(settings.discord_token, settings.discord_api_url), settings.access, findings)
    return None


async def _allowed_to_read(bot: Registered, picks: Picks) -> Registered:
    while picks.parsed().access.message_content and not bot.reads:
        tell(setup.INTENT.format(page=PAGE.format(id=bot.application_id)))
        if ask(setup.INTENT_DONE).lower() == setup.WORD_OFF:
            picks.pick(MESSAGE_CONTENT=setup.WORD_OFF)
        else:
            bot = await _seen(picks) or bot
    return bot
