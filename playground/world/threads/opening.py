"""How threads are opened, from a message or without one: by whom, where, and under which name.

https://docs.discord.com/developers/topics/threads
"""

from __future__ import annotations

from typing import Any

from playground.world import permissions, places
from playground.world.entities import (
    ANNOUNCEMENT,
    ANNOUNCEMENT_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    SPOKEN,
    TEXT,
    THREADS,
    Channel,
)
from playground.world.errors import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    NO_SUCH_CHANNEL_TYPE,
    SYSTEM_MESSAGE,
    THREAD_EXISTS,
    TOO_MANY_THREADS,
    ApiError,
    bad_form,
)
from playground.world.state import State

MOST_CHARACTERS = 100
MOST_ACTIVE = 1000  # threads of a guild that are not archived
ARCHIVE_AFTER = (60, 1440, 4320, 10080)
KINDS = {TEXT: (PUBLIC_THREAD, PRIVATE_THREAD), ANNOUNCEMENT: (ANNOUNCEMENT_THREAD,)}


def open_thread(world: State, parent: Channel, new: places.NewThread) -> Channel:
    """Open a thread for its owner.

    Raises:
        ApiError: they may not, there can be none, or the message has one already.
    """
    private = new.kind == PRIVATE_THREAD
    wanted = permissions.CREATE_PRIVATE_THREADS if private else permissions.CREATE_PUBLIC_THREADS
    if not world.may(new.owner_id, parent, permissions.VIEW_CHANNEL):
        raise ApiError(MISSING_ACCESS)
    if not parent.is_dm and not world.may(new.owner_id, parent, wanted):
        raise ApiError(MISSING_PERMISSIONS)
    if new.kind not in KINDS.get(parent.type, ()):
        raise ApiError(NO_SUCH_CHANNEL_TYPE)
    _check_message(new)
    check_name(new.name)
    check_archiving(new.auto_archive_minutes)
    active = [one for one in world.channels.values() if one.is_thread and not one.archived]
    if sum(one.guild_id == parent.guild_id for one in active) >= MOST_ACTIVE:
        raise ApiError(TOO_MANY_THREADS)
    return places.add_thread(world, parent, new)


def kind_of(parent: Channel) -> int:
    """Return the kind of the threads that all of a channel see, those from its messages among them."""
    return ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else PUBLIC_THREAD


def asked_kind(form: dict[str, Any]) -> int:
    """Return the kind of thread that a request without a message asks for."""
    kind = int(form.get("type") or PRIVATE_THREAD)
    if kind not in THREADS:
        raise bad_form("type", "BASE_TYPE_CHOICES", f"Value must be one of {THREADS}.")
    return kind


def _check_message(new: places.NewThread) -> None:
    if new.message is None:
        return
    if new.message.thread_id is not None:
        raise ApiError(THREAD_EXISTS)
    if new.message.type not in SPOKEN:
        raise ApiError(SYSTEM_MESSAGE)


def check_name(name: object) -> None:
    """Refuse what is no name of a thread."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= MOST_CHARACTERS:
        raise bad_form("name", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_CHARACTERS} in length.")


def check_archiving(minutes: object) -> None:
    """Refuse a time that no thread is archived after."""
    if minutes not in ARCHIVE_AFTER:
        raise bad_form("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_AFTER}.")
