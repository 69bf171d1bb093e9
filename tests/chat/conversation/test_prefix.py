"""A request begins with the one before it, byte for byte, so that a provider's cache can serve it."""

from itertools import pairwise

from bot.chat.completions import Request
from bot.errors import ModelNotFound
from tests.chat.heart import MODERATOR, ROOM, beating


def begins_with(later: Request, earlier: Request) -> bool:
    return list(later.messages[: len(earlier.messages)]) == list(earlier.messages)


async def test_only_a_cut_changes_the_beginning_where_cuts_are_summed_up() -> None:
    async with beating(summarize=True) as heart:
        for number in range(40):
            await heart.ask(f"Question {number} " + "word " * 30)
        requests, summaries = heart.completer.requests, heart.completer.summary_requests
        changes = [not begins_with(later, earlier) for earlier, later in pairwise(requests)]

        assert changes.count(True) == len(summaries)
        assert 0 < len(summaries) < len(requests) / 4


async def test_the_model_that_stands_in_is_asked_the_same_and_goes_on_from_there() -> None:
    async with beating() as heart:
        for number in range(3):
            await heart.ask(f"Question {number}")
        await heart.store.places.change(ROOM, MODERATOR, guild_wide=False, model="gpt-4o")
        heart.completer.will(ModelNotFound(model="gpt-4o"))
        for number in range(3, 6):
            await heart.ask(f"Question {number}")
        requests = heart.completer.requests

        assert [request.model == "gpt-4o" for request in requests] == [number == 3 for number in range(7)]
        assert requests[3].messages == requests[4].messages
        assert all(begins_with(later, earlier) for earlier, later in pairwise(requests))
        assert len({request.cache_key for request in requests}) == 1
