"""Numbers, shares, sums of money, days and lists as a language writes them.

English numbers need none of Babel's data, which is large: it is read for what is asked of it alone.
"""

from collections.abc import Sequence
from copy import copy
from datetime import date
from decimal import Decimal

from bot.texts.languages.spoken import SOURCE, language

MICROS = 1_000_000  # of a dollar


def number(count: int) -> str:
    """Write a whole number: 2,000."""
    if language() == SOURCE:
        return f"{count:,}"
    from babel.numbers import format_decimal

    return format_decimal(count, locale=_locale())


def decimal(value: float) -> str:
    """Write a number with two digits behind its point: 1.50."""
    if language() == SOURCE:
        return f"{value:.2f}"
    from babel.numbers import format_decimal

    return format_decimal(value, "0.00", locale=_locale())


def share(part: float, whole: float) -> str:
    """Write a share in per cent: 42%."""
    ratio = part / whole if whole else 0.0
    if language() == SOURCE:
        return f"{ratio:.0%}"
    from babel.numbers import format_percent

    return format_percent(ratio, locale=_locale())


def money(micros: int, digits: int) -> str:
    """Write a sum in millionths of a dollar with so many digits behind the point: $0.50."""
    if language() == SOURCE:
        return f"${micros / MICROS:,.{digits}f}"
    from babel import Locale

    pattern = copy(Locale.parse(_locale()).currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    written: str = pattern.apply(Decimal(micros) / MICROS, _locale(), currency="USD", currency_digits=False)
    return written.replace("US$", "$")  # there is no other dollar here


def several(words: Sequence[str]) -> str:
    """Write a list: a, b, and c."""
    if len(words) < 2:
        return "".join(words)
    from babel.lists import format_list

    return format_list(words, locale=_locale())


def named(spoken: str) -> str:
    """Write a language as it calls itself: English, 한국어."""
    from babel import Locale

    return str(Locale.parse(spoken.replace("-", "_")).get_display_name()).capitalize()


def day(on: date) -> str:
    """Write a day without its year: Jul 15."""
    from babel.dates import format_skeleton

    return format_skeleton("MMMd", on, locale=_locale())


def _locale() -> str:
    return language().replace("-", "_")
