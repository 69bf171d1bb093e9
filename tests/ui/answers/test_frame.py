"""Laws of how the messages of an answer look."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.ports import Ending
from bot.rules.model import State
from bot.rules.pages.languages import TextFile
from bot.texts import members
from bot.ui.answers.frame import Sheet, ended, refused, writing
from bot.ui.answers.layout import Layout

DONE = Ending(State.COMPLETE)


def test_only_the_last_message_is_marked_and_has_buttons_while_writing() -> None:
    assert writing(["one", "two"], "") == [Sheet("one"), Sheet("two" + members.CURSOR, State.WRITING)]


def test_a_notice_shows_only_while_there_is_no_text() -> None:
    assert writing([], "Wait.") == [Sheet("Wait.", State.WRITING)]
    assert writing(["one"], "Wait.") == [Sheet("one" + members.CURSOR, State.WRITING)]
    assert writing([], "") == []


def test_at_the_end_the_last_message_has_the_buttons_the_note_and_the_file() -> None:
    sheets = ended(["one", "two"], [TextFile("a.md", "three")], Ending(State.LENGTH, "Long."))

    assert sheets == [Sheet("one"), Sheet("two\n-# Long.", State.LENGTH, (TextFile("a.md", "three"),))]


def test_an_end_without_text_is_its_note_or_nothing() -> None:
    assert ended([], [], Ending(State.FAILED, "Away.")) == [Sheet("Away.", State.FAILED)]
    assert ended([], [], Ending(State.STOPPED)) == []


def test_what_discord_took_stays_with_a_word_and_without_the_mark() -> None:
    taken = [Sheet("one"), Sheet("two" + members.CURSOR, State.WRITING)]

    assert refused(taken, alone=False, word="No.") == [Sheet("one"), Sheet("two\n-# No.", State.FAILED)]
    assert refused(taken[:1], alone=True, word="No.") == [Sheet("one"), Sheet("No.", State.FAILED)]


def test_a_notice_does_not_stay_where_discord_took_no_text() -> None:
    taken = [Sheet("The model is busy.", State.WRITING)]

    assert refused(taken, alone=False, word="No.") == [Sheet("No.", State.FAILED)]


@given(st.text(max_size=1840), st.text(min_size=1, max_size=1900))
def test_a_note_never_makes_a_message_too_long(page: str, note: str) -> None:
    sheets = ended([page], [], Ending(State.STOPPED, note))

    assert all(len(sheet.content.encode("utf-16-le", "surrogatepass")) // 2 <= 2000 for sheet in sheets)


def test_a_layout_goes_on_or_starts_over() -> None:
    layout = Layout(3)
    layout.sheets("One", "", None)

    assert layout.goes_on_with("One two")
    assert not layout.goes_on_with("Two")
    assert layout.sheets("Two", "", DONE) == [Sheet("Two", State.COMPLETE)]
