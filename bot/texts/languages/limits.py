"""Limits of spending as a language writes them: $0.50 a day, 200,000 tokens a month."""

from bot.texts.languages.catalogue import _, n_
from bot.texts.languages.figures import MICROS, money

TOKENS = n_("{count} token", "{count} tokens")
PER = {"day": _("{amount} a day"), "month": _("{amount} a month")}


def limit_in_words(amount: int, unit: str, per: str) -> str:
    """Write a limit, by the values of its unit and its period; money is in millionths of a dollar."""
    return PER[per].format(
        amount=TOKENS.format(amount) if unit == "tokens" else money(amount, _digits(amount))
    )


def _digits(micros: int) -> int:
    """Return how many digits behind the point a sum needs: none where it is whole."""
    return max(2, len(f"{micros % MICROS:06}".rstrip("0"))) if micros % MICROS else 0
