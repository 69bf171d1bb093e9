"""The layout of an answer from moment to moment."""

from bot.rules.pages.naming import Known
from bot.ui.answers.layout import Layout

LONG = "\n\n".join("goes on and on " * 60 for _ in range(6))


def laid_out(layout: Layout, text: str) -> int:
    """Lay a text out; return in how many messages."""
    return len(layout.sheets(text, "", None))


def test_a_text_that_grows_leaves_finished_messages_alone() -> None:
    layout = Layout(5)

    assert laid_out(layout, LONG) > 2
    assert layout.goes_on_with(f"{LONG} More.")
    assert not layout.goes_on_with("It is a country.")


def test_nothing_is_final_once_other_names_mean_somebody() -> None:
    layout = Layout(5)
    laid_out(layout, LONG)

    layout.know(Known({"alex": 1}))

    assert not layout.goes_on_with("It is a country.")
    assert laid_out(layout, "It is a country.") == 1
    assert layout.goes_on_with("It is a country. More.")


def test_a_smaller_number_of_messages_keeps_those_that_are_finished() -> None:
    layout = Layout(5)
    laid_out(layout, LONG)

    layout.allow(2, attach=True)

    assert layout.goes_on_with(f"{LONG} More.")
    assert laid_out(layout, f"{LONG} More.") == 2
