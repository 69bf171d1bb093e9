"""What is told of a document: all of it, or the beginning and what is nearest to the question."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.notes import Note, NoteCode
from bot.rules.prompting.documents import Document, Excerpt, Section, Unit, excerpt, in_lines, left_out

lines = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=900))


def pages(*texts: str, total: int = 0) -> Document:
    """Return a document of pages."""
    sections = tuple(Section(number, number, text) for number, text in enumerate(texts, 1))
    return Document(Unit.PAGE, total or len(texts), sections)


def numbers(told: Excerpt) -> list[int]:
    """Return the numbers of the sections that are told."""
    return [one.first for one in told.sections]


@given(lines=lines)
def test_a_text_in_lines_is_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = in_lines(text)

    assert "\n".join(one.text for one in document.sections) == text
    assert document.sections[-1].last == document.total == text.count("\n") + 1
    assert excerpt(document, "", len(text)).text == text


@given(lines=lines, question=st.text(max_size=40), most=st.integers(0, 9_000))
def test_what_is_told_is_in_order_within_bounds_and_begins_at_the_beginning(
    lines: list[str], question: str, most: int
) -> None:
    document = in_lines("\n".join(lines))
    told = excerpt(document, question, most)

    assert sum(len(one.text) for one in told.sections if not told.is_cut) <= most
    assert list(told.sections) == sorted(told.sections, key=lambda one: one.first)
    assert told.sections[0].first == 1
    assert not told.is_cut or document.sections[0].text.startswith(told.text)
    assert (left_out(document, told, "a") is None) is (len(told.sections) == len(document.sections))


def test_pages_have_marks_and_a_whole_document_no_note() -> None:
    document = pages("Tea", "Cake")
    told = excerpt(document, "", 99)

    assert told.text == "[page 1]\nTea\n[page 2]\nCake"
    assert left_out(document, told, "a.pdf") is None


def test_the_nearest_pages_are_those_that_share_rare_words_with_the_question() -> None:
    document = pages(*("the garden " * 9 for _ in range(8)), "the vault " * 9, "the garden " * 9, total=230)
    told = excerpt(document, "Where is the Vault?", 350)

    assert numbers(told) == [1, 2, 9]
    assert left_out(document, told, "a.pdf") == Note(NoteCode.SOME_PAGES, "a.pdf", 230, "1\u20132, 9")


def test_words_without_spaces_between_them_are_found_in_pairs_of_characters() -> None:
    document = pages("가" * 100, "나" * 100, "회의는 금요일" + "다" * 93, "라" * 100)

    assert numbers(excerpt(document, "회의가 언제야?", 210)) == [1, 3]


def test_without_a_word_in_common_the_beginning_is_told() -> None:
    assert numbers(excerpt(pages(*("a" * 100 for _ in range(9))), "Why?", 350)) == [1, 2, 3]


def test_what_was_not_read_at_all_is_said_too() -> None:
    document = pages("Tea", total=3)

    assert left_out(document, excerpt(document, "", 99), "a") == Note(NoteCode.SOME_PAGES, "a", 3, "1")


def test_of_a_first_page_that_is_too_long_the_beginning_is_told() -> None:
    document = pages("a" * 100, "b")
    told = excerpt(document, "b", 10)

    assert told == Excerpt("a" * 10, document.sections[:1], is_cut=True)
    assert left_out(document, told, "a") == Note(NoteCode.SOME_PAGES, "a", 2, "1")


def test_lines_after_a_gap_have_a_mark() -> None:
    document = in_lines("\n".join(f"{'vault' if at > 600 else 'garden'} {at}" for at in range(700)))
    told = excerpt(document, "The vault", 3_200)
    [first, nearest] = told.sections

    assert told.text == f"{first.text}\n[lines {nearest.first}\u2013{nearest.last}]\n{nearest.text}"
    assert "vault" in nearest.text


def test_rows_are_told_with_their_sheets() -> None:
    sections = (
        Section(1, 50, "a" * 90, "Budget"),
        Section(51, 90, "b" * 90, "Budget"),
        Section(1, 9, "rent", "Costs"),
    )
    document = Document(Unit.ROW, 99, sections)
    told = excerpt(document, "rent", 100)

    assert told.text == f"[sheet Budget, from row 1]\n{'a' * 90}\n[sheet Costs, from row 1]\nrent"
    assert left_out(document, told, "a") == Note(
        NoteCode.SOME_ROWS, "a", 99, "Budget 1\u201350, Costs 1\u20139"
    )
    assert left_out(document, excerpt(document, "", 999), "a") is None


def test_a_document_without_sections_says_nothing() -> None:
    assert excerpt(Document(Unit.PAGE, 0, ()), "", 0) == Excerpt("")
