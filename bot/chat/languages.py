"""Which language is spoken: to a reader theirs, in a place the place's. No sentence, no catalogue."""

from collections import OrderedDict
from contextlib import AbstractContextManager
from typing import Protocol

from bot.chat.memory import FactsByName, Records
from bot.chat.rights import Action, Member, require
from bot.errors import UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.places.asides import is_aside
from bot.rules.places.shards import ShardId
from bot.rules.records import Deed, Verb
from bot.texts import admins
from bot.texts.languages.figures import several
from bot.texts.languages.spoken import languages, speaking, spoken_in

FACT = "language of "
SETTING = "language"  # in the record of changes
MOST_DIRECT = 10_000  # direct messages whose last locale is known


class Communities(Protocol):
    """What Discord knows of servers that are Communities: those alone say which language is theirs."""

    def preferred_locale(self, guild_id: int) -> str | None:
        """Return the locale that such a server prefers; of another one, or an unknown one, None."""


class Languages:
    """Chooses languages, and keeps those that are set for servers."""

    def __init__(self, facts: FactsByName, records: Records, communities: Communities, usual: str) -> None:
        self._facts = facts
        self._records = records
        self._communities = communities
        self._usual = usual
        self._set: dict[int, str] = {}
        self._direct: OrderedDict[int, str] = OrderedDict()  # by channel, since the start

    async def recall(self, shard: ShardId) -> None:
        """Read what is set for a shard's servers, before anything is said there."""
        stored = await self._facts.named(FACT, shard)
        held = {int(name.removeprefix(FACT)): value for name, value in stored.items()}
        self._set = {id_: value for id_, value in self._set.items() if not shard.has(id_)} | {
            id_: value for id_, value in held.items() if value and shard.has(id_)
        }

    def of(self, key: ChannelKey) -> str:
        """Return the language of a place: that of its server, or of the last command where one person is."""
        if key.guild_id is None or is_aside(key):
            return self._direct.get(key.channel_id, self._usual)
        return self.set_for(key.guild_id) or self.unset(key.guild_id)

    def unset(self, guild_id: int) -> str:
        """Return the language of a server where none is set."""
        return self.preferred_by(guild_id) or self._usual

    def preferred_by(self, guild_id: int) -> str | None:
        """Return the language that a Community prefers, if there is a catalogue of it."""
        return spoken_in(self._communities.preferred_locale(guild_id))

    def set_for(self, guild_id: int) -> str | None:
        """Return the language that is set for a server."""
        return spoken_in(self._set.get(guild_id))

    def of_reader(self, locale: str | None, key: ChannelKey) -> str:
        """Return the language of somebody who uses a command; their direct messages and asides stay in it."""
        spoken = spoken_in(locale) or self._usual
        if key.guild_id is None or is_aside(key):
            self._direct[key.channel_id] = spoken
            self._direct.move_to_end(key.channel_id)
            if len(self._direct) > MOST_DIRECT:
                self._direct.popitem(last=False)
        return spoken

    def speaking(self, key: ChannelKey) -> AbstractContextManager[None]:
        """Speak the language of a place within this context."""
        return speaking(self.of(key))

    def forget_server(self, guild_id: int) -> None:
        """Forget what was set for a server that was left; the memory drops it with all else of it."""
        self._set.pop(guild_id, None)

    async def put(self, key: ChannelKey, member: Member, language: str | None) -> None:
        """Set the language of a place's server, for those who may; with None it is no longer set."""
        require(Action.CHANGE_SERVER_SETTING, member, key)
        if language is not None and language not in languages():
            raise UserFacingError(admins.LANGUAGE_UNKNOWN.format(languages=several(languages())))
        guild_id = key.guild_id or 0
        if language is None and guild_id not in self._set:
            return
        deed = Deed(Verb.CLEAR, SETTING) if language is None else Deed(Verb.SET, SETTING, language)
        await self._records.note(key, member.id, deed)
        await self._facts.write(f"{FACT}{guild_id}", language or "", guild_id)
        if language is None:
            self._set.pop(guild_id)
        else:
            self._set[guild_id] = language
