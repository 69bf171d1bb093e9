"""The signal to stop, once an event loop runs; until then the process just ends."""

import asyncio
import signal
from contextlib import suppress


def told() -> asyncio.Event:
    """Return an event that is set when the process is asked to end."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows has no signal handlers here; Ctrl+C ends the process there
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked.set)
    return asked
