"""The law of the kill in short; `python -m benchmarks.kill` is the long form."""

from pathlib import Path
from random import Random

import pytest

from benchmarks.kill import Trial
from playground import Limits, Playground

pytestmark = pytest.mark.sqlite  # `make bench-scale` kills processes on PostgreSQL


async def test_nothing_is_lost_doubled_or_left_half_by_a_kill(tmp_path: Path) -> None:
    async with Playground(limits=Limits.off()) as playground:
        trial = Trial(playground, tmp_path, Random(3))  # noqa: S311 - not for secrets
        try:
            await trial.run(anywhere=1, after_writes=1)
        finally:
            await trial.close()

    assert trial.kills >= 3  # with that at the end
    assert trial.faults == []
