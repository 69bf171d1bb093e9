"""How threads change: renamed, archived, locked or deleted by those who may."""

from __future__ import annotations

from typing import Any

from playground.world import permissions, places
from playground.world.entities import Channel
from playground.world.errors import MISSING_PERMISSIONS, THREAD_ARCHIVED, ApiError
from playground.world.state import State
from playground.world.threads.opening import check_archiving, check_name

# By the names of the API, those of the record.
FIELDS = {
    "name": "name",
    "archived": "archived",
    "locked": "locked",
    "auto_archive_duration": "auto_archive_minutes",
    "rate_limit_per_user": "slowmode_seconds",
}


def change_thread(world: State, user_id: int, thread: Channel, asked: dict[str, Any]) -> None:
    """Change what is asked for, by the names that the API has.

    Raises:
        ApiError: they may not, or the thread stays archived.
    """
    if not world.may(user_id, thread, _needed(user_id, thread, asked)):
        raise ApiError(MISSING_PERMISSIONS)
    if thread.archived and asked.get("archived") is not False:
        raise ApiError(THREAD_ARCHIVED)
    if "name" in asked:
        check_name(asked["name"])
    if "auto_archive_duration" in asked:
        check_archiving(asked["auto_archive_duration"])
    changes = {FIELDS[name]: value for name, value in asked.items() if name in FIELDS}
    places.update_channel(world, thread, **changes)


def _needed(user_id: int, thread: Channel, asked: dict[str, Any]) -> int:
    """Return what a change takes: who opened a thread renames and archives it; moderators lock it.

    To take one that is not locked out of the archive takes leave to write.
    """
    if asked.get("archived") is False and set(asked) == {"archived"} and not thread.locked:
        return permissions.SEND_MESSAGES_IN_THREADS
    own = thread.owner_id == user_id and not thread.locked
    is_moderation = "locked" in asked or "rate_limit_per_user" in asked
    return permissions.VIEW_CHANNEL if own and not is_moderation else permissions.MANAGE_THREADS


def delete_thread(world: State, user_id: int, thread: Channel) -> None:
    """Delete a thread; raise an ApiError where somebody may not."""
    if not world.may(user_id, thread, permissions.MANAGE_THREADS):
        raise ApiError(MISSING_PERMISSIONS)
    places.delete_channel(world, thread)
