"""What bills teach about our own counts."""

import logging

import pytest

from bot.chat.conversation.asking.calibration import Calibrations
from bot.rules.model import AttachmentRef
from bot.store.store import MEMORY, open_store
from tests.chat.heart import ROOM, beating
from tests.support.facts import FakeFacts
from tests.support.fakes import START, FakeCatalog, completion

STRANGE = FakeCatalog().facts("strange-model")
KNOWN = FakeCatalog().facts("gpt-4.1-mini")


async def test_a_known_tokenizer_is_taken_at_its_word() -> None:
    calibrations = Calibrations(FakeFacts(), FakeCatalog())
    await calibrations.learn(KNOWN, 100, 200)

    assert calibrations.ratio(KNOWN) == 1.0


async def test_a_disagreement_about_a_known_model_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    calibrations = Calibrations(FakeFacts(), FakeCatalog())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await calibrations.learn(KNOWN, 100, 200)

    assert [record.getMessage() for record in caplog.records] == [
        "gpt-4.1-mini billed 200 prompt tokens where we counted 100"
    ]


async def test_agreement_is_not_worth_a_word(caplog: pytest.LogCaptureFixture) -> None:
    await Calibrations(FakeFacts(), FakeCatalog()).learn(KNOWN, 100, 101)

    assert caplog.records == []


async def test_the_ratio_of_an_unknown_tokenizer_is_learned_from_its_bills() -> None:
    calibrations = Calibrations(FakeFacts(), FakeCatalog())
    for _ in range(3):
        await calibrations.learn(STRANGE, 100, 150)

    assert calibrations.ratio(STRANGE) == 1.5


async def test_what_was_learned_outlives_a_restart() -> None:
    async with open_store(MEMORY, lambda: START) as store:
        before = Calibrations(store.facts, FakeCatalog())
        for _ in range(3):
            await before.learn(STRANGE, 100, 150)
        after = Calibrations(store.facts, FakeCatalog())
        await after.load(STRANGE.name)

        assert after.ratio(STRANGE) == 1.5


async def test_what_was_learned_is_read_once_and_written_only_when_it_changes() -> None:
    shelf = FakeFacts()
    calibrations = Calibrations(shelf, FakeCatalog())
    await calibrations.load(STRANGE.name)
    await calibrations.load(STRANGE.name)
    await calibrations.learn(STRANGE, 10, 15)

    assert shelf.writes == 0


async def test_nothing_is_known_of_a_model_before_its_first_bill() -> None:
    assert Calibrations(FakeFacts(), FakeCatalog()).ratio(STRANGE) == 1.0


async def test_what_was_learned_bounds_the_next_request() -> None:
    async with beating(model="strange-model") as heart:
        await heart.store.facts.write("calibration:strange-model", "[1.5, 1.5, 1.5]")
        await heart.ask("word " * 60)
        preview = await heart.preview(ROOM)

        assert preview.ratio == 1.5
        assert preview.budget == int(1_000 / preview.ratio)


async def test_bills_below_our_count_make_no_request_larger() -> None:
    async with beating(model="strange-model") as heart:
        await heart.store.facts.write("calibration:strange-model", "[0.6, 0.6, 0.6]")
        await heart.ask("word " * 60)
        preview = await heart.preview(ROOM)

        assert (preview.ratio, preview.budget) == (0.6, 1_000)


async def test_a_silent_cut_is_told_once_and_kept_within(caplog: pytest.LogCaptureFixture) -> None:
    catalog = FakeCatalog()
    calibrations = Calibrations(FakeFacts(), catalog)
    for counted, billed in ((9_000, 4_050), (9_500, 4_096), (10_000, 4_020)):
        await calibrations.learn(STRANGE, counted, billed)

    assert catalog.windows == {STRANGE.name: 4_096}
    assert calibrations.ratio(STRANGE) == 1.0
    assert caplog.text.count("OLLAMA_CONTEXT_LENGTH") == 1


async def test_bills_of_prompts_that_may_be_cut_teach_no_ratio_before_that_is_known() -> None:
    shelf = FakeFacts()
    calibrations = Calibrations(shelf, FakeCatalog())
    for counted, billed in ((6_000, 4_050), (6_500, 4_096), (7_000, 4_020)):
        await calibrations.learn(STRANGE, counted, billed)

    assert shelf.writes == 0


async def test_a_tokenizer_with_far_fewer_tokens_is_learned_all_the_same() -> None:
    calibrations = Calibrations(FakeFacts(), FakeCatalog())
    for counted in (1_000, 2_000, 3_000):
        await calibrations.learn(STRANGE, counted, round(0.7 * counted))

    assert calibrations.ratio(STRANGE) == 0.7


async def test_prompts_of_one_length_leave_it_open_whether_they_were_cut() -> None:
    shelf, catalog = FakeFacts(), FakeCatalog()
    calibrations = Calibrations(shelf, catalog)
    for _ in range(4):
        await calibrations.learn(STRANGE, 6_000, 4_050)
    before = dict(catalog.windows)
    await calibrations.learn(STRANGE, 7_000, 4_060)

    assert (before, catalog.windows) == ({}, {STRANGE.name: 4_096})
    assert shelf.writes == 0


async def test_short_requests_in_between_hide_no_cut() -> None:
    catalog = FakeCatalog()
    calibrations = Calibrations(FakeFacts(), catalog)
    for counted, billed in ((6_000, 4_050), (100, 100), (6_500, 4_096), (200, 200), (7_000, 4_020)):
        await calibrations.learn(STRANGE, counted, billed)

    assert catalog.windows == {STRANGE.name: 4_096}


async def test_a_longer_bill_shows_that_nothing_was_cut() -> None:
    catalog = FakeCatalog()
    calibrations = Calibrations(FakeFacts(), catalog)
    for counted, billed in ((6_000, 4_050), (6_500, 4_096), (6_000, 6_000), (7_000, 4_020)):
        await calibrations.learn(STRANGE, counted, billed)

    assert catalog.windows == {}


@pytest.mark.parametrize("billed", [0, 16])
async def test_a_server_that_bills_next_to_nothing_cuts_nothing(billed: int) -> None:
    catalog = FakeCatalog()
    calibrations = Calibrations(FakeFacts(), catalog)
    for counted in (1_000, 1_100, 1_200):
        await calibrations.learn(STRANGE, counted, billed)

    assert (catalog.windows, calibrations.ratio(STRANGE)) == ({}, 1.0)


async def test_the_bill_of_a_request_with_pictures_teaches_nothing() -> None:
    async with beating(model="strange-model") as heart:
        heart.reader.files[1] = b"\x89PNG\r\n\x1a\n"
        picture = AttachmentRef(1, "cat.png", "https://cdn.discordapp.com/cat.png", 8, "image/png")
        heart.completer.will("A cat", completion(prompt_tokens=4_000))
        await heart.ask("word " * 60, attachments=(picture,))

        assert (await heart.preview()).ratio == 1


async def test_the_bill_of_an_answer_that_goes_on_teaches_nothing() -> None:
    async with beating(model="strange-model") as heart:
        heart.completer.will("word " * 60, completion("length"))
        question = await heart.say("word " * 60)
        await heart.answered(question)
        heart.completer.will("more", completion(prompt_tokens=4_000))
        await heart.control.go_on((await heart.answer_to(question)).id, *heart.presser())
        await heart.answered(question, times=2)

        assert await heart.store.facts.read("calibration:strange-model") is None
