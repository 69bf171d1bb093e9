"""How many tokens a model gets to think with: a server's limit counts them with those of the reply."""

ROOM = {
    "none": 0,
    "minimal": 1_024,
    "low": 4_096,
    "medium": 16_384,
    "high": 32_768,
    "xhigh": 65_536,
    "max": 65_536,
}
BY_DEFAULT = "medium"  # what models that think do where nobody says how hard


def thinking_room(effort: str | None, spare: int | None) -> int:
    """Return the room for an effort; `spare` is what the model's window has left, None where nobody knows."""
    room = ROOM.get(effort or BY_DEFAULT, ROOM[BY_DEFAULT])
    return room if spare is None else max(0, min(room, spare))
