"""Who is let in: whoever speaks or uses a command is asked about here first; and the lists of a server."""

from dataclasses import dataclass, replace

from bot.chat.bounds.ports import AccessLists, Membership
from bot.chat.rights import Action, Member, require, require_let_in
from bot.errors import UserFacingError
from bot.rules.admission.access import HouseRules, Kind, Listed, Lists, Refusal, Standing, refusal
from bot.rules.model import ChannelKey
from bot.texts import admins

MOST_LISTED = 500  # of one server


@dataclass(frozen=True, slots=True)
class Access:
    """Lets people in or keeps them out, as the self-hoster and their server say."""

    lists: AccessLists
    membership: Membership
    house: HouseRules

    async def refusal(self, standing: Standing) -> Refusal | None:
        """Return why somebody who speaks is not let in; their roles are asked for where they matter."""
        server = self.of(standing.guild_id)
        if standing.roles is None and any(
            lists.of(Kind.ROLE) != Lists() for lists in (self.house.lists, server)
        ):
            standing = await self._with_roles(standing)
        return refusal(standing, self.house, server)

    async def _with_roles(self, standing: Standing) -> Standing:
        """Return a standing with its roles; of whom nobody can tell them, nobody can tell who they are."""
        if standing.user_id is None or standing.guild_id is None:
            return standing
        roles = await self.membership.roles(standing.guild_id, standing.user_id)
        return replace(standing, roles=roles, user_id=None if roles is None else standing.user_id)

    async def lets_in(self, key: ChannelKey, user_id: int, standing: Standing | None = None) -> bool:
        """Say whether somebody who spoke in a place before is let in now; a message told their `standing`."""
        return await self.refusal(standing or self.membership.standing(key, user_id)) is None

    def require(self, standing: Standing, action: Action | None = None) -> None:
        """Let those pass who are let in; what is done may be something that nobody is kept from.

        Raises:
            NotAllowed: they are not.
        """
        require_let_in(standing, self.house, self.of(standing.guild_id), action)

    @property
    def has_house_lists(self) -> bool:
        """Whether the self-hoster keeps lists, which come before a server's."""
        return self.house.lists != Lists()

    def limits(self, key: ChannelKey) -> bool:
        """Say whether there are lists that may keep somebody out in a place."""
        return self.has_house_lists or self.of(key.guild_id) != Lists()

    def is_home(self, guild_id: int) -> bool:
        """Say whether the bot stays in a server."""
        return not self.house.servers or guild_id in self.house.servers

    def held(self, key: ChannelKey, member: Member) -> Lists:
        """Return a server's lists, for those who manage it."""
        require(Action.MANAGE_ACCESS, member, key)
        return self.of(key.guild_id)

    async def put(self, key: ChannelKey, member: Member, one: Listed, *, allowed: bool | None) -> Lists:
        """Put something on one of a server's lists, or with None on neither; return the lists."""
        held = self.held(key, member)
        if allowed is not None and len(held.allowed | held.denied) >= MOST_LISTED:
            raise UserFacingError(admins.ACCESS_FULL.format(most=MOST_LISTED))
        if held.put(one, allowed=allowed) != held:
            await self.lists.put(key, member.id, one, allowed=allowed)
        return self.of(key.guild_id)

    async def clear(self, key: ChannelKey, member: Member) -> bool:
        """Clear a server's lists; say whether there was anything on them."""
        was_set = self.held(key, member) != Lists()
        if was_set:
            await self.lists.clear(key, member.id)
        return was_set

    def of(self, guild_id: int | None) -> Lists:
        """Return a server's lists; outside of servers there are none."""
        return Lists() if guild_id is None else self.lists.of(guild_id)
