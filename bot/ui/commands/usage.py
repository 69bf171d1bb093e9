"""What was spent as people see it: a table and a chart that a phone's screen has room for. Pure."""

from collections.abc import Sequence

import discord
from wcwidth import wcswidth

from bot.chat.commands.usage import Report, Whose
from bot.rules.spending.bounds import OwnLimits, in_words
from bot.rules.spending.sums import By, Sum, heights
from bot.settings.spending import MICROS
from bot.texts import bounds, members
from bot.texts import usage as texts
from bot.texts.languages.figures import day, decimal, number, share
from bot.texts.languages.figures import money as exactly
from bot.ui.commands.words import bar, code

COLUMN, LABEL = 9, 8  # characters; three columns and the label make 35
MOST_SPENDERS = 8
MARKS = "▁▂▃▄▅▆▇█"
MILLION = 1_000_000
CENTS = 10_000  # in millionths of a dollar

TITLES = {
    Whose.MINE: texts.TITLE_MINE,
    Whose.HERE: texts.TITLE_HERE,
    Whose.SERVER: texts.TITLE_SERVER,
    Whose.ALL: texts.TITLE_ALL,
}
BIGGEST = {By.USER: texts.BIGGEST_USERS, By.MODEL: texts.BIGGEST_MODELS}


def money(micros: int) -> str:
    """Write an amount of money; small ones to a hundredth of a cent, so that one question is not nothing."""
    if 0 < micros < MICROS // CENTS:
        return f"<{exactly(MICROS // CENTS, 4)}"
    millions = micros // MILLION
    forms = [exactly(micros, 4), exactly(micros, 2), exactly(micros, 0)]
    return _fitting([*forms, f"{exactly(millions, 2)} M", f"{exactly(millions, 0)} M"])


def report(spent: Report) -> discord.Embed:
    """Show what was spent."""
    embed = discord.Embed(title=TITLES[spent.whose])
    if spent.limits:
        lines = [bounds.USED_OF[one.bound.whose].format(**one.details()) for one in spent.limits]
        embed.add_field(name=texts.LIMITS, value="\n".join(lines), inline=False)
    if not spent.month.requests:
        embed.description = str(texts.NOTHING)
        return embed
    embed.description = f"```\n{_table(spent.today, spent.week, spent.month)}\n```"
    embed.add_field(name=BIGGEST[spent.by], value=_spenders(spent), inline=False)
    embed.add_field(name=texts.EACH_DAY, value=_chart(spent), inline=False)
    if remarks := _remarks(spent.month):
        embed.set_footer(text=remarks)
    return embed


def _table(*sums: Sum) -> str:
    heads = (texts.TODAY, texts.WEEK, texts.MONTH)
    rows = [
        ("", heads),
        (texts.REQUESTS, [_number(one.requests) for one in sums]),
        (texts.TOKENS, [_number(one.tokens) for one in sums]),
        (texts.CACHED, [share(one.cached_tokens, one.prompt_tokens) for one in sums]),
        (texts.MONEY, [money(one.micros) for one in sums]),
    ]
    return "\n".join(
        f"{label}{_room(label, LABEL)}" + "".join(f"{_room(cell, COLUMN)}{cell}" for cell in row)
        for label, row in rows
    )


def _room(words: object, width: int) -> str:
    """Return the spaces that fill a column; letters of some scripts are twice as wide as others."""
    return " " * (width - wcswidth(str(words)))


def _number(count: int) -> str:
    return _fitting([number(count), f"{decimal(count / MILLION)} M", f"{number(round(count / MILLION))} M"])


def _fitting(forms: Sequence[str]) -> str:
    """Return the first form that leaves room beside the column before it."""
    return next((one for one in forms if wcswidth(one) < COLUMN), forms[-1])


def _spenders(spent: Report) -> str:
    """Return the biggest parts with their share: of the money, or of the tokens where nothing cost any."""
    whole = spent.month.micros or spent.month.tokens
    parts = [(name, one.micros if spent.month.micros else one.tokens) for name, one in spent.parts.items()]
    parts.sort(key=lambda part: -part[1])
    lines = [_line(_name(name, spent.by), part, whole) for name, part in parts[:MOST_SPENDERS]]
    if rest := parts[MOST_SPENDERS:]:
        others = texts.OTHERS.format(count=len(rest))
        lines.append(_line(others, sum(part for _, part in rest), whole))
    return "\n".join(lines)


def _line(name: str, part: int, whole: int) -> str:
    return f"`{bar(part, whole)}` {share(part, whole)} {name}"


def _name(name: str, by: By) -> str:
    if by is By.MODEL:
        return f"`{code(name)}`"
    return f"<@{name}>" if name else str(texts.NOBODY)


def _chart(spent: Report) -> str:
    values = _values([one for _, one in spent.days])
    days = [day(on) for on, _ in spent.days]
    most = max(values)
    written = money(most) if spent.month.micros else members.TOKENS.format(most)
    axis = f"{days[0]}{_room(days[0] + days[-1], len(values))}{days[-1]}"
    peak = texts.MOST_OF_A_DAY.format(day=days[values.index(most)], amount=written)
    return f"```\n{heights(values, MARKS)}\n{axis}\n{peak}\n```"


def _values(sums: Sequence[Sum]) -> list[int]:
    return [one.micros for one in sums] if any(one.micros for one in sums) else [one.tokens for one in sums]


def _remarks(month: Sum) -> str:
    counted = ((month.unpriced, texts.UNPRICED), (month.estimated, texts.ESTIMATED))
    return "\n".join(
        sentence.format(requests=texts.NUMBER_OF_REQUESTS.format(count))
        for count, sentence in counted
        if count
    )


def limits(held: OwnLimits) -> discord.Embed:
    """Show a server's own limits."""
    lines = [bounds.LIMITS_SERVER.format(limit=in_words(held.server))] if held.server else []
    lines += [bounds.LIMITS_PERSON.format(limit=in_words(held.person))] if held.person else []
    lines += [bounds.LIMITS_ROLE.format(role=role, limit=in_words(one)) for role, one in held.roles.items()]
    embed = discord.Embed(title=bounds.LIMITS_TITLE, description="\n".join(lines) or bounds.LIMITS_NONE)
    return embed.set_footer(text=bounds.LIMITS_WITHIN)
