"""Our objects as what people see: embeds and message texts. Pure; what to show is decided elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import discord

from bot.chat.commands.counting import ChannelCount, TextCount
from bot.chat.commands.details import ReplyDetails
from bot.chat.commands.history import HistoryPage
from bot.rules.graphemes import reach, units
from bot.rules.literal import literal, literal_line
from bot.rules.model import Answer, State, Turn
from bot.rules.prompting import prompt
from bot.rules.prompting.tokenview import token_picture
from bot.texts import bounds, listed, members
from bot.texts.languages.catalogue import Message
from bot.texts.languages.figures import decimal, number, share
from bot.ui.commands.words import bar, code, excerpt, jump, moment, tokens

MOST_CONTENT = 2000  # Discord's limit for a message
MOST_ASKED = 500  # characters of a question that stands above its answer
MOST_DESCRIPTION = 4096  # and for an embed
MOST_SUMMARY = 800

STATES = {
    State.WRITING: members.STATE_WRITING,
    State.COMPLETE: members.STATE_COMPLETE,
    State.LENGTH: members.STATE_LENGTH,
    State.STOPPED: members.STATE_STOPPED,
    State.CANCELLED: members.STATE_CANCELLED,
    State.GONE: members.STATE_STOPPED,
    State.BROKEN: members.STATE_BROKEN,
    State.INTERRUPTED: members.STATE_INTERRUPTED,
    State.FILTERED: members.STATE_FILTERED,
    State.FAILED: members.STATE_FAILED,
}


def titled(title: str | Message, description: str) -> discord.Embed:
    """Return an embed with a title; of a text that is too long, what fits."""
    return discord.Embed(title=title, description=description[: reach(description, MOST_DESCRIPTION)])


def text_count(count: TextCount) -> str:
    """Show a text's tokens: the figures, then the picture."""
    sentence = members.TEXT_COUNT if count.exact else members.TEXT_ESTIMATE
    figures = sentence.format(
        tokens=members.TOKENS.format(len(count.pieces)),
        characters=members.CHARACTERS.format(count.characters),
        model=code(count.model),
        encoding=count.encoding,
    )
    return f"{figures}\n{token_picture(count.pieces)}"


def channel_count(count: ChannelCount) -> discord.Embed:
    """Show what a channel holds and what the next request would carry."""
    preview, totals = count.preview, count.totals
    sent = members.BAR_SENT.format(
        bar=bar(count.sent_tokens, totals.tokens), share=share(count.sent_tokens, totals.tokens)
    )
    budget = members.BAR_BUDGET.format(
        bar=bar(preview.tokens, preview.budget, count.recent),
        share=share(preview.tokens + count.recent, preview.budget),
    )
    drawn = f"```\n{sent}\n{budget}\n```\n{members.BARS_MEAN}"
    if count.recent:
        drawn += "\n" + members.BAR_RECENT.format(tokens=tokens(count.recent, exact=preview.exact))
    embed = discord.Embed(title=members.TOKENS_HERE, description=drawn)
    embed.add_field(name=members.IN_MEMORY, value=_amount(totals.turns, totals.tokens, exact=count.exact))
    trimmed = _amount(count.trimmed_turns, count.trimmed_tokens, exact=count.exact)
    embed.add_field(name=members.TRIMMED, value=trimmed)
    request = members.REQUEST_AMOUNT.format(
        messages=members.MESSAGES.format(len(preview.turns)),
        tokens=tokens(preview.tokens, exact=count.exact),
        budget=number(preview.budget),
    )
    embed.add_field(name=members.NEXT_REQUEST, value=request, inline=False)
    embed.add_field(name=members.LAST_ANSWER, value=_bill(count.last, exact=count.last_exact), inline=False)
    embed.add_field(name=members.TOKENIZER, value=_tokenizer(count), inline=False)
    return embed


def _amount(messages: int, counted: int, *, exact: bool) -> str:
    return members.AMOUNT.format(
        messages=members.MESSAGES.format(messages), tokens=tokens(counted, exact=exact)
    )


def _bill(answer: Answer | None, *, exact: bool) -> str:
    usage = answer.completion.usage if answer and answer.completion else None
    if answer is None or usage is None:
        return str(members.NO_BILL)
    bill = {
        "prompt": number(usage.prompt_tokens),
        "cached": number(usage.cached_tokens),
        "completion": number(usage.completion_tokens),
    }
    if answer.own_count in {None, usage.prompt_tokens}:
        return members.BILL.format(**bill)
    difference = answer.own_count - usage.prompt_tokens
    own = number(answer.own_count) if exact else members.ESTIMATED.format(amount=number(answer.own_count))
    signed = f"{'+' if difference > 0 else '-'}{number(abs(difference))}"
    return members.BILL_COUNTED.format(**bill, own=own, difference=signed)


def _tokenizer(count: ChannelCount) -> str:
    model = code(count.preview.model)
    if count.exact:
        return members.COUNTS_EXACT.format(model=model)
    if count.preview.exact:
        return members.COUNTS_STALE.format(model=model)
    if count.preview.ratio == 1:
        return members.COUNTS_ASSUMED.format(model=model)
    return members.COUNTS_LEARNED.format(model=model, ratio=decimal(count.preview.ratio))


def history_page(page: HistoryPage, us: str) -> discord.Embed:
    """Show a page of what is remembered; `us` is the bot's name."""
    carried = page.count.preview.turns
    first_sent = carried[0].position if carried else None
    blocks = [*_overview(page, us)] if page.newest else []
    blocks += [_line(turn, us, first_sent, exact=page.count.exact) for turn in page.turns]
    return titled(members.HISTORY_HERE, "\n".join(blocks))


def _overview(page: HistoryPage, us: str) -> Sequence[str]:
    count = page.count
    figures = {
        "messages": members.MESSAGES.format(count.totals.turns),
        "tokens": tokens(count.totals.tokens, exact=count.exact),
        "sent": number(len(count.preview.turns)),
    }
    carried = next((turn for turn in count.preview.turns if turn.message_id), None)
    if carried is None:
        return [f"{members.REMEMBERED.format(**figures)}\n"]
    head = members.REMEMBERED_FROM.format(**figures, link=jump(page.key, carried.message_id or 0))
    drops = members.DROPS_NEXT.format(
        budget=members.TOKENS.format(count.preview.budget),
        speaker=_speaker(carried, us),
        excerpt=_said(carried),
    )
    summary = count.preview.summary
    block = f"**{members.SUMMARY_HERE}**\n> {excerpt(summary, MOST_SUMMARY)}\n" if summary else ""
    return [head, f"-# {drops}\n", *([block] if block else [])]


def _line(turn: Turn, us: str, first_sent: int | None, *, exact: bool) -> str:
    head = members.HISTORY_LINE.format(
        speaker=_speaker(turn, us),
        time=moment(turn.created_at),
        tokens=tokens(turn.tokens, exact=exact),
    )
    if first_sent is None or turn.position < first_sent:
        head += f" · {members.LEFT_OUT}"
    return f"{head}\n> {_said(turn)}"


def _speaker(turn: Turn, us: str) -> str:
    if turn.label:
        return literal_line(turn.label)
    return literal_line(us) if turn.author_id is None else f"<@{turn.author_id}>"


def _said(turn: Turn) -> str:
    return excerpt(prompt.user_text("", turn.text, turn.parts)) or "…"


def reply_details(details: ReplyDetails) -> discord.Embed:
    """Show what is known of an answer."""
    answer, completion = details.answer, details.answer.completion
    model = (completion.model if completion else "") or answer.model
    embed = discord.Embed(title=Message(listed.MENU_DETAILS))
    embed.add_field(name=members.DETAIL_MODEL, value=f"`{code(model)}`")
    embed.add_field(name=members.DETAIL_STATE, value=STATES[answer.state])
    if asked := answer.tried and answer.tried.details.get("asked"):
        embed.add_field(name=members.DETAIL_TRIED, value=f"`{code(asked)}`")
    if completion is not None:
        embed.add_field(
            name=members.DETAIL_END, value=excerpt(completion.finish_reason or str(members.DETAIL_MISSING))
        )
        embed.add_field(
            name=members.DETAIL_ID,
            value=f"`{code(completion.id or str(members.DETAIL_MISSING))}`",
            inline=False,
        )
    else:
        embed.description = str(members.DETAIL_NO_JSON)
    embed.add_field(name=members.DETAIL_TOKENS, value=_bill(answer, exact=details.exact), inline=False)
    if answer.first_chunk_ms is not None:
        waited = timedelta(milliseconds=answer.first_chunk_ms)
        embed.add_field(
            name=members.DETAIL_FIRST,
            value=members.SECONDS.format(seconds=decimal(waited.total_seconds())),
        )
    return embed


def deletion_question(messages: int, places: int) -> str:
    """Say what a person's deletion would take."""
    if not messages:
        return str(members.PRIVACY_CONFIRM_REST)
    return members.PRIVACY_CONFIRM.format(
        messages=members.MESSAGES.format(messages), places=members.PLACES.format(places)
    )


def deletion_done(messages: int, kept_until: datetime | None = None) -> str:
    """Say what a person's deletion took, and what stays of their spending."""
    done = members.PRIVACY_DELETED.format(messages=members.MESSAGES.format(messages))
    return f"{done} {bounds.KEPT_SUM.format(until=moment(kept_until))}" if kept_until else done


def asked(question: str, file: str | None) -> str:
    """Write the message that shows a question to others; the model gets all of it."""
    shown = _fitting(literal(question.strip()), MOST_ASKED)
    quoted = "\n".join(f"> {line}" for line in shown.splitlines())
    return f"{quoted}\n{members.ASKED_WITH_FILE.format(name=literal_line(file))}" if file else quoted


def question_about(name: str, link: str, question: str) -> str:
    """Write the message that stands for a question about another message; the model gets all of it."""
    asks = partial(members.ASK_POSTED.format, name=literal_line(name), link=link)
    return asks(question=_fitting(literal(question), MOST_CONTENT - units(asks(question=""))))


def _fitting(shown: str, room: int) -> str:
    """Return of a literal text what there is room for."""
    return shown if units(shown) <= room else shown[: reach(shown, room - 1)].rstrip("\\") + "…"
