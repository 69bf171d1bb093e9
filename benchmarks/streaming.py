"""How early words are seen: single channels beside the bound, many channels at once, and what that costs."""

from collections.abc import AsyncIterator

from benchmarks.pacing_model import ROUND_TRIP, SPOKEN_FOR, WORDS_PER_SECOND, bound
from benchmarks.stage import Actor, Lags, Part, Stage, Wave
from benchmarks.table import Row

ROUNDS = 3
CROWDS = (50, 100, 200, 500)
LARGEST_BOUNDED = 200
CROWD_SECONDS, CROWD_WORDS_PER_SECOND = 10, 20
WORDS_EACH = CROWD_SECONDS * CROWD_WORDS_PER_SECOND
MEASURED_CROWD = 50  # for the processor's time
PICTURED_SECONDS = 8


async def single_channels(stage: Stage) -> AsyncIterator[Row]:
    """Measure answers of five lengths side by side, in several rounds after one to warm up."""
    rounds = [await _side_by_side(stage) for _ in range(ROUNDS + 1)][1:]
    ratios = []
    for number, seconds in enumerate(SPOKEN_FOR):
        lag = sum(answers[number].mean for answers in rounds) / ROUNDS
        ratios.append(lag / bound(seconds))
        yield Row(f"mean lag where the model speaks for {seconds} s", lag, "s", bound(seconds))
    yield Row("mean of these ratios", sum(ratios) / len(ratios), limit=1.45)
    first = [answer.words[0] for answers in rounds for answer in answers]
    final = [answer.words[-1] for answers in rounds for answer in answers]
    yield Row("first words, the latest", max(first), "s", limit=ROUND_TRIP + 0.03)
    yield Row("final text, on average", sum(final) / len(final), "s", limit=0.2)
    yield Row("final text, the latest", max(final), "s", limit=0.4)


async def _side_by_side(stage: Stage) -> list[Lags]:
    channels = stage.channels(len(SPOKEN_FOR))
    parts = [
        Part(channel, seconds, WORDS_PER_SECOND)
        for channel, seconds in zip(channels, SPOKEN_FOR, strict=True)
    ]
    return (await stage.play(parts)).answers


async def crowds(stage: Stage, bot: Actor, reader: Actor) -> AsyncIterator[Row]:
    """Measure many channels that are answered at once."""
    for size in CROWDS:
        before = await bot.do()
        wave = await stage.play(_crowd(stage, size))
        after = await bot.do()
        async for row in _of_crowd(size, wave):
            yield row
        if size == MEASURED_CROWD:
            chunks = size * WORDS_EACH
            spent = 1000 * (after.cpu_seconds - before.cpu_seconds) / chunks
            alone = 1000 * await _reading_alone(stage, reader, size) / chunks
            yield Row("processor time per chunk, beside parsing alone", spent, "ms", alone, limit=1.5)


def _crowd(stage: Stage, size: int) -> list[Part]:
    return [Part(channel, CROWD_SECONDS, CROWD_WORDS_PER_SECOND) for channel in stage.channels(size)]


async def _of_crowd(size: int, wave: Wave) -> AsyncIterator[Row]:
    possible = max(bound(CROWD_SECONDS, CROWD_WORDS_PER_SECOND), size / 100 + ROUND_TRIP / 2)
    limit = 1.3 if size <= LARGEST_BOUNDED else None
    yield Row(f"{size} channels at once: mean lag", wave.mean, "s", possible, limit)
    yield Row(f"{size} channels at once: answers of 429", wave.refused, limit=0)
    yield Row(f"{size} channels at once: unfinished answers", wave.unfinished, limit=0)


async def _reading_alone(stage: Stage, reader: Actor, streams: int) -> float:
    """Return the seconds of processor time that the openai client takes for the same streams."""
    stage.will_speak(_crowd(stage, streams))
    before = await reader.do()
    after = await reader.do(streams)
    return after.cpu_seconds - before.cpu_seconds


async def pictured(stage: Stage) -> Lags:
    """Return one answer, to be drawn."""
    (channel,) = stage.channels(1)
    (answer,) = (await stage.play([Part(channel, PICTURED_SECONDS, WORDS_PER_SECOND)])).answers
    return answer
