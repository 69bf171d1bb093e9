"""The look at Discord: the token, the intents, what the bot may do in its servers; at the clock, too."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.client import invitation
from bot.client.invitation import lacking
from bot.errors import TokenRefused
from bot.gateway.lookup import APPLICATION, GATEWAY, ME, Found, Lookup, Unreachable
from bot.keeping.findings import Findings
from bot.keeping.permissions import in_channel, is_thread
from bot.settings.access import Access
from bot.settings.settings import Settings
from bot.texts import checking, startup

PAGE = 200  # servers that Discord tells of at a time
CLOCK_SECONDS = 10.0  # that a clock may be off; a header tells whole seconds
# Flags of an application, each for many servers and for up to a hundred.
MESSAGE_CONTENT = 1 << 18 | 1 << 19
OTHERS = {"Presence Intent": 1 << 12 | 1 << 13, "Server Members Intent": 1 << 14 | 1 << 15}


async def check_discord(settings: Settings, channel_id: int | None, findings: Findings) -> None:
    """Look at the token, the intents, the servers and, if one is given, a channel."""
    lookup = Lookup(settings.discord_token, settings.discord_api_url)
    with told(findings):
        bot = await look(lookup, settings.access, findings)
        _shards(bot.gateway, settings.serving.shards, findings)
        await _servers(lookup, bot.link, settings.access.allowed_servers, findings)
        if channel_id is not None:
            await _channel(lookup, channel_id, bot.id, findings)


@contextmanager
def told(findings: Findings) -> Iterator[None]:
    """Tell why Discord can't be looked at."""
    try:
        yield
    except TokenRefused as error:
        findings.wrong("token", str(error))
    except Unreachable as error:
        findings.wrong("Discord", startup.DISCORD_UNREACHABLE.format(reason=error))
    except (AttributeError, KeyError, TypeError, ValueError):  # what is not shaped as Discord's answers are
        findings.wrong("Discord", startup.DISCORD_UNREACHABLE.format(reason=startup.NOT_DISCORD))


@dataclass(frozen=True, slots=True)
class Registered:
    """The bot as Discord knows it: its id, its application's, whether it may read messages, its gateway."""

    id: str
    application_id: str
    reads: bool
    gateway: Found

    @property
    def link(self) -> str:
        """Return the link that adds it to a server."""
        return invitation.link(self.application_id)


async def look(lookup: Lookup, access: Access, findings: Findings) -> Registered:
    """Look at the token, at the intents, and at who may add the bot; `told` tells why that can't be done."""
    me, gateway, application = await lookup.ask(ME, GATEWAY, APPLICATION)
    _token(me, found := Found.read(gateway), findings)
    _intents(application, findings, reads_all=access.message_content)
    if application.get("bot_public") and not access.allowed_servers:
        findings.note("application", checking.PUBLIC)
    reads = bool(int(application["flags"]) & MESSAGE_CONTENT)
    return Registered(me["id"], application["id"], reads, found)


async def check_clock(settings: Settings, findings: Findings) -> None:
    """Compare this machine's clock with that of Discord."""
    lookup = Lookup(settings.discord_token, settings.discord_api_url)
    before = datetime.now(UTC)
    try:
        date = await lookup.date()
        told = parsedate_to_datetime(date)
    except (Unreachable, TokenRefused, ValueError):
        findings.note("clock", checking.CLOCK_UNKNOWN)
        return
    now = before + (datetime.now(UTC) - before) / 2
    off = (now - told).total_seconds() - 0.5  # of a second that is told cut off
    if abs(off) < CLOCK_SECONDS:
        findings.ok("clock", checking.CLOCK_RIGHT)
    else:
        way = "ahead" if off > 0 else "behind"
        findings.warn("clock", checking.CLOCK_WRONG.format(seconds=round(abs(off)), way=way))


def _token(me: Mapping[str, Any], found: Found, findings: Findings) -> None:
    findings.ok("token", checking.KNOWN_AS.format(name=me["username"], id=me["id"]))
    if not found.remaining:
        hours = math.ceil(found.reset_after / 3600)
        findings.warn("token", checking.NO_STARTS_LEFT.format(total=found.total, hours=hours))


def _shards(found: Found, shards: int | None, findings: Findings) -> None:
    wanted, held = found.shards, shards or found.shards
    if held < wanted:
        findings.warn("shards", checking.SHARDS_TOO_FEW.format(shards=held, wanted=wanted))
    elif held > 1:
        findings.ok("shards", checking.SHARDS.format(shards=held, wanted=wanted))
    if 0 < found.remaining < held:
        findings.warn("shards", checking.FEW_STARTS_LEFT.format(left=found.remaining, shards=held))


def _intents(application: Mapping[str, Any], findings: Findings, *, reads_all: bool) -> None:
    flags = int(application["flags"])
    if not reads_all:
        findings.ok("intents", checking.READS_WHAT_IS_SAID_TO_IT)
    elif flags & MESSAGE_CONTENT:
        findings.ok("intents", checking.MAY_READ)
    else:
        findings.wrong("intents", startup.INTENT_MISSING)
    others = OTHERS if reads_all else OTHERS | {"Message Content Intent": MESSAGE_CONTENT}
    for name, bits in others.items():
        if flags & bits:
            findings.note("intents", checking.NOT_NEEDED.format(names=name))


async def _servers(lookup: Lookup, link: str, allowed: Collection[int], findings: Findings) -> None:
    servers = await _all_servers(lookup)
    _allowed(servers, allowed, findings)
    if not servers:
        findings.warn("servers", checking.IN_NO_SERVER.format(link=link))
        return
    lacks = {one["id"]: lacking(int(one["permissions"])) for one in servers}
    whole = sum(not missing for missing in lacks.values())
    count = "1 server" if len(servers) == 1 else f"{len(servers)} servers"
    findings.ok("servers", checking.IN_SERVERS.format(count=count, whole=whole))
    for one in servers:
        if missing := lacks[one["id"]]:
            about = f"server {one['name']} ({one['id']})"
            findings.warn(about, checking.LACKS.format(names=", ".join(missing), link=link))


def _allowed(servers: Sequence[Mapping[str, Any]], allowed: Collection[int], findings: Findings) -> None:
    if not allowed:
        return
    for one in servers:
        if int(one["id"]) not in allowed:
            findings.warn(f"server {one['name']} ({one['id']})", checking.TO_BE_LEFT)
    for id_ in sorted(set(allowed) - {int(one["id"]) for one in servers}):
        findings.note(f"server {id_}", checking.NOT_JOINED)


async def _all_servers(lookup: Lookup) -> Sequence[Mapping[str, Any]]:
    servers: list[Mapping[str, Any]] = []
    after = "0"
    while True:
        [page] = await lookup.ask(f"{ME}/guilds?limit={PAGE}&after={after}")
        servers += page
        if len(page) < PAGE:
            return servers
        after = page[-1]["id"]


async def _channel(lookup: Lookup, channel_id: int, me: str, findings: Findings) -> None:
    about = f"channel {channel_id}"
    try:
        [channel] = await lookup.ask(f"/channels/{channel_id}")
        if "guild_id" not in channel:
            findings.ok(about, checking.CHANNEL_DIRECT)
            return
        thread = is_thread(channel)
        [place] = await lookup.ask(f"/channels/{channel['parent_id']}") if thread else [channel]
        guild_id = channel["guild_id"]
        guild, member = await lookup.ask(f"/guilds/{guild_id}", f"/guilds/{guild_id}/members/{me}")
    except Unreachable as error:
        if error.status not in (400, 403, 404):
            raise
        findings.wrong(about, checking.CHANNEL_UNSEEN.format(id=channel_id))
        return
    if missing := lacking(in_channel(place, guild, member, me), thread=thread):
        findings.wrong(about, checking.CHANNEL_LACKS.format(names=", ".join(missing)))
    else:
        findings.ok(about, checking.CHANNEL_WELL)
