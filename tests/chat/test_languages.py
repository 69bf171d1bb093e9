"""Which language a place speaks, and who sets it."""

import pytest

from bot.chat import languages as chosen
from bot.chat.languages import Languages
from bot.chat.rights import Member, Permission
from bot.errors import NotAllowed, UserFacingError
from bot.rules.model import ChannelKey
from bot.rules.places.shards import ShardId
from bot.store.store import Store
from tests.chat.heart import Heart
from tests.support.fakes import FakeCommunities

HERE, DIRECT = ChannelKey(10, 1), ChannelKey(20)
OLIVIA = Member(5, "Olivia", frozenset({Permission.MANAGE_GUILD}))


@pytest.fixture
def store(heart: Heart) -> Store:
    return heart.store


@pytest.fixture
def communities(heart: Heart) -> FakeCommunities:
    return heart.communities


@pytest.fixture
def languages(heart: Heart) -> Languages:
    return heart.services.languages


async def test_what_is_set_comes_first_then_the_community_then_the_owners(
    languages: Languages, communities: FakeCommunities
) -> None:
    usual = languages.of(HERE)
    communities.locales[1] = "ko"
    preferred = languages.of(HERE)
    await languages.put(HERE, OLIVIA, "en")
    held = languages.of(HERE), languages.set_for(1), languages.unset(1)
    await languages.put(HERE, OLIVIA, None)

    assert (usual, preferred, held, languages.of(HERE)) == ("en", "ko", ("en", "en", "ko"), "ko")


async def test_what_is_set_is_known_after_a_restart_and_recorded(languages: Languages, store: Store) -> None:
    await languages.put(HERE, OLIVIA, "ko")
    await languages.put(ChannelKey(30, 3), OLIVIA, "ko")
    await languages.put(ChannelKey(30, 3), OLIVIA, None)
    await languages.put(ChannelKey(40, 4), OLIVIA, None)
    later = Languages(store.facts, store.places, FakeCommunities(), "en")
    await later.recall(ShardId(0, 1))

    assert (later.of(HERE), later.of(ChannelKey(30, 3))) == ("ko", "en")
    entries = await store.journal.log(HERE, 10)
    assert [(one.deed.setting, one.deed.value) for one in entries] == [("language", "ko")]


async def test_only_who_manages_the_server_sets_one_that_there_is(languages: Languages) -> None:
    with pytest.raises(NotAllowed):
        await languages.put(HERE, Member(6, "Sam", frozenset()), "ko")
    with pytest.raises(UserFacingError, match="You can pick: en"):
        await languages.put(HERE, OLIVIA, "tlh")


async def test_a_direct_message_stays_in_the_language_of_its_last_command(
    languages: Languages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen, "MOST_DIRECT", 2)
    heard = [languages.of_reader(locale, DIRECT) for locale in ("ko", "tlh", None, "ko")]
    elsewhere = languages.of_reader("ko", HERE)

    assert (heard, elsewhere) == (["ko", "en", "en", "ko"], "ko")
    assert (languages.of(DIRECT), languages.of(HERE)) == ("ko", "en")
    for channel_id in (21, 22):
        languages.of_reader("ko", ChannelKey(channel_id))
    assert languages.of(DIRECT) == "en"


async def test_what_was_set_goes_with_its_server(languages: Languages) -> None:
    await languages.put(HERE, OLIVIA, "ko")
    languages.forget_server(1)
    languages.forget_server(2)

    assert languages.of(HERE) == "en"
