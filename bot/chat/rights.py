"""Who may do what where: one table, and the questions that are answered from it.

Each is answered anew from what Discord says of the person at that moment. To whom Discord offers a command is
a hint from the same table, which a server's admins may change. In a direct message everything is the person's
own. No command names another channel than the one that it is used in. Before all of that comes who is let in.
The bot's owners may do everything everywhere, but for what is another person's own data.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from bot.chat.people import PersonalData
from bot.errors import NotAllowed, UserFacingError
from bot.rules.admission.access import HouseRules, Lists, Refusal, Standing, refusal
from bot.rules.model import ChannelKey
from bot.texts import listed, members
from bot.texts.features import threads
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import several


class Permission(StrEnum):
    """A permission of Discord's, by the name that its API has for it."""

    VIEW_CHANNEL = "view_channel"
    SEND_MESSAGES = "send_messages"
    SEND_MESSAGES_IN_THREADS = "send_messages_in_threads"
    READ_MESSAGE_HISTORY = "read_message_history"
    ATTACH_FILES = "attach_files"
    MANAGE_MESSAGES = "manage_messages"
    MANAGE_THREADS = "manage_threads"
    MANAGE_CHANNELS = "manage_channels"
    MANAGE_GUILD = "manage_guild"
    CREATE_PUBLIC_THREADS = "create_public_threads"

    @property
    def label(self) -> Message:
        """Return the name that Discord's client shows."""
        return listed.PERMISSIONS[self.value]


class Action(Enum):
    """What somebody does: a person, or the bot itself."""

    GET_HELP = auto()
    COUNT_TOKENS = auto()
    USE_OWN_DATA = auto()
    ASK = auto()
    ASK_ABOUT = auto()
    CONTROL_ANSWER = auto()
    SEE_DETAILS = auto()
    SEE_COMPLETION = auto()
    READ_HISTORY = auto()
    EXPORT_HISTORY = auto()
    READ_LOG = auto()
    RESET = auto()
    RESET_SERVER = auto()
    SEE_SETTING = auto()
    SEE_MANAGED = auto()
    CHANGE_SETTING = auto()
    CHANGE_SERVER_SETTING = auto()
    CONFIGURE = auto()
    MANAGE_ACCESS = auto()
    SEE_USAGE = auto()
    SEE_SERVER_USAGE = auto()
    SEE_ALL_USAGE = auto()
    OPEN_THREAD = auto()
    START_AFRESH = auto()
    QUIET_THREAD = auto()
    ANSWER = auto()
    READ_BACK = auto()


NEEDS: Mapping[Action, tuple[Permission, ...]] = {
    Action.GET_HELP: (),
    Action.COUNT_TOKENS: (),
    Action.USE_OWN_DATA: (),
    Action.ASK: (Permission.SEND_MESSAGES,),
    Action.ASK_ABOUT: (Permission.SEND_MESSAGES,),
    Action.CONTROL_ANSWER: (Permission.MANAGE_MESSAGES,),
    Action.SEE_DETAILS: (Permission.MANAGE_CHANNELS,),
    Action.SEE_COMPLETION: (Permission.MANAGE_CHANNELS,),
    Action.READ_HISTORY: (Permission.READ_MESSAGE_HISTORY,),
    Action.EXPORT_HISTORY: (Permission.MANAGE_CHANNELS,),
    Action.READ_LOG: (Permission.MANAGE_CHANNELS,),
    Action.RESET: (Permission.MANAGE_CHANNELS,),
    Action.RESET_SERVER: (Permission.MANAGE_GUILD,),
    Action.SEE_SETTING: (),
    Action.SEE_MANAGED: (Permission.MANAGE_CHANNELS,),
    Action.CHANGE_SETTING: (Permission.MANAGE_CHANNELS,),
    Action.CHANGE_SERVER_SETTING: (Permission.MANAGE_GUILD,),
    Action.CONFIGURE: (Permission.MANAGE_CHANNELS,),
    Action.MANAGE_ACCESS: (Permission.MANAGE_GUILD,),
    Action.SEE_USAGE: (),
    Action.SEE_SERVER_USAGE: (Permission.MANAGE_GUILD,),
    Action.SEE_ALL_USAGE: (),
    Action.OPEN_THREAD: (Permission.CREATE_PUBLIC_THREADS, Permission.SEND_MESSAGES_IN_THREADS),
    Action.START_AFRESH: (Permission.MANAGE_THREADS,),
    Action.QUIET_THREAD: (Permission.MANAGE_THREADS,),
    Action.ANSWER: (Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES),
    Action.READ_BACK: (Permission.READ_MESSAGE_HISTORY,),
}
# What is done in a place, and the same for all of its server.
SERVER_WIDE: Mapping[Action, Action] = {
    Action.RESET: Action.RESET_SERVER,
    Action.CHANGE_SETTING: Action.CHANGE_SERVER_SETTING,
}
# There is none around a direct message.
OF_SERVERS = frozenset({*SERVER_WIDE.values(), Action.MANAGE_ACCESS, Action.SEE_SERVER_USAGE})
OPEN_TO_ALL = frozenset({Action.USE_OWN_DATA})  # which nobody loses by being kept out
# So that no admin locks themselves out.
PAST_THE_SERVERS_LISTS = frozenset({Action.MANAGE_ACCESS, Action.CONFIGURE})
OF_OWNERS = frozenset({Action.SEE_ALL_USAGE})  # no permission of a server's gives it to anybody else
OF_THE_ASKER: Mapping[Action, Message] = {
    Action.CONTROL_ANSWER: members.ASKER_OR_PERMISSION,
    Action.SEE_DETAILS: members.ASKER_OR_PERMISSION,
    Action.START_AFRESH: threads.OPENER_OR_PERMISSION,
    Action.QUIET_THREAD: threads.OPENER_OR_PERMISSION_QUIETS,
}  # who needs no permission for it, with what others are told
IN_THREADS = {
    Permission.SEND_MESSAGES: Permission.SEND_MESSAGES_IN_THREADS
}  # what Discord asks there instead


KEPT_OUT: Mapping[Refusal, Message] = {
    Refusal.SERVER: members.NOT_IN_SERVER,
    Refusal.DIRECT_MESSAGE: members.NOT_IN_DIRECT_MESSAGES,
    Refusal.PLACE: members.NOT_IN_CHANNEL,
    Refusal.PERSON: members.NOT_FOR_YOU,
    Refusal.ELSEWHERE: members.NOT_ELSEWHERE,
}
TIMED_OUT = "the end of a time-out"  # what the bot may lack, other than a permission


@dataclass(frozen=True, slots=True)
class Member:
    """Who uses a command, a button or a form, and what Discord lets them do in that place."""

    id: int
    name: str
    permissions: frozenset[Permission]
    is_owner: bool = False  # of the bot


def require_let_in(
    standing: Standing, house: HouseRules, server: Lists, action: Action | None = None
) -> None:
    """Let those pass who are let in; raise NotAllowed for others."""
    if action in OPEN_TO_ALL:
        return
    refused = refusal(standing, house, Lists() if action in PAST_THE_SERVERS_LISTS else server)
    if refused is not None:
        raise NotAllowed(KEPT_OUT[refused])


def needed(action: Action, *, in_thread: bool) -> frozenset[Permission]:
    """Return what an action needs in a channel or a thread of a server."""
    return frozenset(IN_THREADS.get(one, one) if in_thread else one for one in NEEDS[action])


def offered_to(actions: Iterable[Action]) -> frozenset[Permission]:
    """Return the permissions without which none of these actions is allowed anywhere in a server.

    Discord offers a command to those who hold them all.
    """
    places = [
        frozenset() if action in OF_THE_ASKER else needed(action, in_thread=in_thread)
        for action in actions
        for in_thread in (False, True)
    ]
    return frozenset[Permission]().union(*places).intersection(*places)


def missing(action: Action, held: Collection[Permission], place: ChannelKey) -> list[Permission]:
    """Return what somebody lacks for an action; in a direct message nothing."""
    if place.is_dm:
        return []
    return sorted(needed(action, in_thread=place.is_thread).difference(held))


def missing_to_answer(own: Collection[Permission], place: ChannelKey) -> list[Permission]:
    """Return what the bot lacks to show an answer in a place."""
    return missing(Action.ANSWER, own, place)


def may(action: Action, member: Member, place: ChannelKey) -> bool:
    """Say whether somebody holds what an action needs."""
    if member.is_owner or action in OF_OWNERS:
        return member.is_owner
    return not missing(action, member.permissions, place)


def may_use(action: Action, member: Member, place: ChannelKey) -> bool:
    """Say whether a command that does this can do anything for somebody in a place."""
    if place.is_dm and action in OF_SERVERS:
        return False
    wider = SERVER_WIDE.get(action, action)
    return action in OF_THE_ASKER or may(action, member, place) or may(wider, member, place)


def require(action: Action, member: Member, place: ChannelKey, *, asker_id: int | None = None) -> None:
    """Let those pass who may do something; `asker_id` is whose answer or thread it is done to.

    Raises:
        NotAllowed: they lack a permission, which the sentence names, or don't run the bot.
        UserFacingError: it is meant for a server, and there is none around a direct message.
    """
    if place.is_dm and action in OF_SERVERS:
        raise UserFacingError(members.NO_SERVER_HERE)
    is_theirs = action in OF_THE_ASKER and asker_id == member.id
    if is_theirs or may(action, member, place):
        return
    if action in OF_OWNERS:
        raise NotAllowed(members.OWNERS_ONLY)
    needs = members.NEEDS_SERVER_PERMISSION if action in OF_SERVERS else members.NEEDS_PERMISSION
    sentence = OF_THE_ASKER.get(action, needs)
    lacks = missing(action, member.permissions, place)
    raise NotAllowed(sentence.format(permission=several([str(one.label) for one in lacks])))


def may_in(action: Action, member: Member, place: ChannelKey, *, guild_wide: bool) -> bool:
    """Say whether somebody may do something in a place, or for all of its server."""
    return may(SERVER_WIDE[action] if guild_wide else action, member, place)


def require_in(action: Action, member: Member, place: ChannelKey, *, guild_wide: bool) -> None:
    """Let those pass who may do something in a place, or for all of its server; raise as `require` does."""
    require(SERVER_WIDE[action] if guild_wide else action, member, place)


def require_own_data(member: Member, owner_id: int) -> None:
    """Let nobody else pass than the person whose data it is; raise NotAllowed for others."""
    if member.id != owner_id:
        raise NotAllowed(members.PRIVACY_NOT_YOURS)


def require_asker(member: Member, asker_id: int) -> None:
    """Let nobody else pass than whoever asked for themselves; raise NotAllowed for others."""
    if member.id != asker_id:
        raise NotAllowed(members.ASKER_ONLY)


async def may_read_words_of(author_id: int, asker_id: int, people: PersonalData) -> bool:
    """Say whether what an author said may be read for an asker: not if the author asked not to be read."""
    return author_id == asker_id or not await people.ignored(author_id)
