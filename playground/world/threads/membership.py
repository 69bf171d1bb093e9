"""Who is in which thread: whoever opens one, writes there, or is brought in."""

from __future__ import annotations

from typing import Any

from playground.world import payloads
from playground.world.entities import Channel
from playground.world.state import Event, State


def join_thread(world: State, thread: Channel, user_id: int) -> None:
    """Make someone a member of a thread."""
    if user_id in thread.member_ids:
        return
    thread.member_ids.append(user_id)
    _tell(world, thread, user_id, added_members=[payloads.thread_member(thread, user_id)])


def leave_thread(world: State, thread: Channel, user_id: int) -> None:
    """End someone's membership in a thread."""
    if user_id not in thread.member_ids:
        return
    thread.member_ids.remove(user_id)
    _tell(world, thread, user_id, removed_member_ids=[str(user_id)])


def _tell(world: State, thread: Channel, user_id: int, **changes: list[Any]) -> None:
    """Tell of the bot's own membership alone: of others, a bot without the intent for members is not told."""
    if user_id != world.bot.id:
        return
    data = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": len(thread.member_ids),
    }
    world.emit(Event("THREAD_MEMBERS_UPDATE", data | changes, thread.guild_id, thread.id))
