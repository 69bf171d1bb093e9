"""What is set for a place about threads of its own."""

from enum import StrEnum


class ThreadMode(StrEnum):
    """Whether answers lead into threads; its value stands in the database, so that it must not change."""

    OFF = "off"
    OFFER = "offer"  # an answer has a button for it
    ALWAYS = "always"  # a mention opens a thread for its answer
