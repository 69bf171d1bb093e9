"""All channels busy at once, over all processes: whole answers, nothing refused, words as early as can be."""

from collections.abc import AsyncIterator

from benchmarks.growth.limits import REQUESTS_PER_SECOND
from benchmarks.pacing.model import ROUND_TRIP, bound
from benchmarks.scale.setting import Setting
from benchmarks.stage import Part, Stage
from benchmarks.streaming import CROWD_SECONDS, CROWD_WORDS_PER_SECOND
from benchmarks.table import Row


async def busy(setting: Setting) -> AsyncIterator[Row]:
    """Ask in every channel at once, and measure the answers."""
    stage = Stage(setting.playground, setting.folder)
    count = len(setting.channels)
    parts = [Part(channel, CROWD_SECONDS, CROWD_WORDS_PER_SECOND) for channel in setting.channels]
    wave = await stage.play(parts)
    possible = max(
        bound(CROWD_SECONDS, CROWD_WORDS_PER_SECOND), count / 2 / REQUESTS_PER_SECOND + ROUND_TRIP / 2
    )
    yield Row(f"{count} channels at once: unfinished answers", wave.unfinished, limit=0)
    yield Row(f"{count} channels at once: answers of 429", wave.refused, limit=0)
    yield Row(f"{count} channels at once: mean lag", wave.mean, "s", possible, limit=1.25)
