"""How early words are seen: single channels beside the bound, many channels at once, and what that costs."""

from collections.abc import AsyncIterator, Sequence
from statistics import mean

from benchmarks.pacing.model import (
    LONGEST,
    ROUND_TRIP,
    SHORTEST,
    SPOKEN_FOR,
    WORDS_PER_SECOND,
    bound,
    mixed_lengths,
)
from benchmarks.stage import THINKING_SECONDS, Actor, Lags, Part, Stage, Wave
from benchmarks.table import Row

ROUNDS = 3
LONG_THINKING_SECONDS = 2.0
CROWDS = (50, 100, 200, 500)
CROWD_SECONDS, CROWD_WORDS_PER_SECOND = 10, 20
WORDS_EACH = CROWD_SECONDS * CROWD_WORDS_PER_SECOND
MEASURED_CROWD = 50  # for the processor's time
PICTURED_SECONDS = 8


async def single_channels(stage: Stage) -> AsyncIterator[Row]:
    """Measure answers of five lengths side by side, in several rounds after one to warm up, then the mix."""
    rounds = [await _side_by_side(stage) for _ in range(ROUNDS + 1)][1:]
    ratios = []
    for number, seconds in enumerate(SPOKEN_FOR):
        lag = mean(answers[number].mean for answers in rounds)
        ratios.append(lag / bound(seconds))
        yield Row(f"mean lag where the model speaks for {seconds} s", lag, "s", bound(seconds), limit=1.55)
    yield Row("mean of these ratios", mean(ratios), limit=1.37)
    thoughtful = await _side_by_side(stage, LONG_THINKING_SECONDS)
    yield Row(
        f"the same, first token after {LONG_THINKING_SECONDS:g} s",
        _mean_ratio(thoughtful, SPOKEN_FOR),
        limit=1.37,
    )
    lengths = mixed_lengths()
    mixed = await _one_after_another(stage, lengths)
    yield Row(
        f"mean ratio of {len(lengths)} answers of {SHORTEST:g} to {LONGEST:g} s",
        _mean_ratio(mixed, lengths),
        limit=1.45,
    )
    answers = [answer for answers in (*rounds, thoughtful, mixed) for answer in answers]
    first = [answer.words[0] for answer in answers]
    final = [answer.words[-1] for answer in answers]
    yield Row("first words, the latest", max(first), "s", limit=ROUND_TRIP + 0.03)
    yield Row("final text, on average", mean(final), "s", limit=0.1)
    yield Row("final text, the latest", max(final), "s", limit=0.55)


async def _side_by_side(stage: Stage, thinking_seconds: float = THINKING_SECONDS) -> list[Lags]:
    parts = [
        Part(channel, seconds, WORDS_PER_SECOND, thinking_seconds)
        for channel, seconds in zip(stage.channels(len(SPOKEN_FOR)), SPOKEN_FOR, strict=True)
    ]
    return (await stage.play(parts)).answers


async def _one_after_another(stage: Stage, lengths: Sequence[float]) -> list[Lags]:
    """Begin one answer a second, so that they never come near Discord's global limit."""
    parts = [
        Part(channel, seconds, WORDS_PER_SECOND)
        for channel, seconds in zip(stage.channels(len(lengths)), lengths, strict=True)
    ]
    return (await stage.play(parts, every=1.0)).answers


def _mean_ratio(answers: Sequence[Lags], lengths: Sequence[float]) -> float:
    return mean(answer.mean / bound(seconds) for answer, seconds in zip(answers, lengths, strict=True))


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
    yield Row(f"{size} channels at once: mean lag", wave.mean, "s", possible, limit=1.2)
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
