"""Our objects as what people see: embeds and message texts. Pure; what to show is decided elsewhere."""

from collections.abc import Sequence
from datetime import timedelta

import discord

from bot import menu_texts, texts
from bot.chat.clearing import UNDO_FOR, Reset
from bot.chat.commands.counting import ChannelCount, TextCount
from bot.chat.commands.details import ReplyDetails
from bot.chat.commands.history import HistoryPage
from bot.chat.commands.resetting import ResetOrder
from bot.chat.commands.settings import Held, Source
from bot.rules.graphemes import reach, units
from bot.rules.literal import literal, literal_line
from bot.rules.model import Answer, State, Turn
from bot.rules.prompting import prompt
from bot.rules.prompting.tokenview import token_picture
from bot.ui.commands.words import amount, bar, code, excerpt, jump, moment, share, tokens

MOST_CONTENT = 2000  # Discord's limit for a message
MOST_DESCRIPTION = 4096  # and for an embed
MOST_SUMMARY = 800

SOURCES = {
    Source.HERE: texts.SOURCE_HERE,
    Source.PARENT: texts.SOURCE_PARENT,
    Source.SERVER: texts.SOURCE_SERVER,
    Source.DEFAULT: texts.SOURCE_DEFAULT,
}
STATES = {
    State.WRITING: menu_texts.STATE_WRITING,
    State.COMPLETE: menu_texts.STATE_COMPLETE,
    State.LENGTH: menu_texts.STATE_LENGTH,
    State.STOPPED: menu_texts.STATE_STOPPED,
    State.BROKEN: menu_texts.STATE_BROKEN,
    State.INTERRUPTED: menu_texts.STATE_INTERRUPTED,
    State.FILTERED: menu_texts.STATE_FILTERED,
    State.FAILED: menu_texts.STATE_FAILED,
}


def _titled(title: str, description: str) -> discord.Embed:
    return discord.Embed(title=title, description=description[: reach(description, MOST_DESCRIPTION)])


def text_count(count: TextCount) -> str:
    """Show a text's tokens: the figures, then the picture."""
    sentence = texts.TEXT_COUNT if count.exact else texts.TEXT_ESTIMATE
    figures = sentence.format(
        tokens=amount(len(count.pieces), texts.TOKENS),
        characters=amount(count.characters, texts.CHARACTERS),
        model=code(count.model),
        encoding=count.encoding,
    )
    return f"{figures}\n{token_picture(count.pieces)}"


def channel_count(count: ChannelCount) -> discord.Embed:
    """Show what a channel holds and what the next request would carry."""
    preview, totals = count.preview, count.totals
    sent = texts.BAR_SENT.format(
        bar=bar(count.sent_tokens, totals.tokens), share=share(count.sent_tokens, totals.tokens)
    )
    budget = texts.BAR_BUDGET.format(
        bar=bar(preview.tokens, preview.budget), share=share(preview.tokens, preview.budget)
    )
    embed = discord.Embed(title=texts.TOKENS_HERE, description=f"```\n{sent}\n{budget}\n```")
    embed.add_field(name=texts.IN_MEMORY, value=_amount(totals.turns, totals.tokens))
    embed.add_field(name=texts.TRIMMED, value=_amount(count.trimmed_turns, count.trimmed_tokens))
    request = texts.REQUEST_AMOUNT.format(
        messages=amount(len(preview.turns), texts.MESSAGES),
        tokens=amount(preview.tokens, texts.TOKENS),
        budget=f"{preview.budget:,}",
    )
    embed.add_field(name=texts.NEXT_REQUEST, value=request, inline=False)
    embed.add_field(name=texts.LAST_ANSWER, value=_bill(count.last), inline=False)
    embed.add_field(name=texts.TOKENIZER, value=_tokenizer(count), inline=False)
    return embed


def _amount(messages: int, tokens: int) -> str:
    return texts.AMOUNT.format(messages=amount(messages, texts.MESSAGES), tokens=amount(tokens, texts.TOKENS))


def _bill(answer: Answer | None) -> str:
    usage = answer.completion.usage if answer and answer.completion else None
    if answer is None or usage is None:
        return texts.NO_BILL
    bill = texts.BILL.format(
        prompt=f"{usage.prompt_tokens:,}",
        cached=f"{usage.cached_tokens:,}",
        completion=f"{usage.completion_tokens:,}",
    )
    if answer.own_count is None:
        return bill
    difference = f"{answer.own_count - usage.prompt_tokens:+,}"
    return bill + texts.OWN_COUNT.format(own=f"{answer.own_count:,}", difference=difference)


def _tokenizer(count: ChannelCount) -> str:
    model = code(count.preview.model)
    if count.exact:
        return texts.COUNTS_EXACT.format(model=model)
    if count.preview.exact:
        return texts.COUNTS_STALE.format(model=model)
    return texts.COUNTS_LEARNED.format(model=model, ratio=f"{count.preview.ratio:.2f}")


def history_page(page: HistoryPage, us: str) -> discord.Embed:
    """Show a page of what is remembered; `us` is the bot's name."""
    carried = page.count.preview.turns
    first_sent = carried[0].position if carried else None
    blocks = [*_overview(page, us)] if page.newest else []
    blocks += [_line(turn, us, first_sent, exact=page.count.exact) for turn in page.turns]
    return _titled(texts.HISTORY_HERE, "\n".join(blocks))


def _overview(page: HistoryPage, us: str) -> Sequence[str]:
    count = page.count
    head = texts.REMEMBERED.format(
        messages=amount(count.totals.turns, texts.MESSAGES),
        tokens=tokens(count.totals.tokens, exact=count.exact),
        sent=len(count.preview.turns),
    )
    carried = next((turn for turn in count.preview.turns if turn.message_id), None)
    if carried is None:
        return [f"{head}.\n"]
    head += texts.SENT_FROM.format(link=jump(page.key, carried.message_id or 0))
    drops = texts.DROPS_NEXT.format(
        budget=amount(count.preview.budget, texts.TOKENS),
        speaker=_speaker(carried, us),
        excerpt=_said(carried),
    )
    summary = count.preview.summary
    block = f"**{texts.SUMMARY_HERE}**\n> {excerpt(summary, MOST_SUMMARY)}\n" if summary else ""
    return [f"{head}.", f"-# {drops}\n", *([block] if block else [])]


def _line(turn: Turn, us: str, first_sent: int | None, *, exact: bool) -> str:
    head = texts.HISTORY_LINE.format(
        speaker=_speaker(turn, us),
        time=moment(turn.created_at),
        tokens=tokens(turn.tokens, exact=exact),
    )
    if first_sent is None or turn.position < first_sent:
        head += f" · {texts.LEFT_OUT}"
    return f"{head}\n> {_said(turn)}"


def _speaker(turn: Turn, us: str) -> str:
    if turn.label:
        return literal_line(turn.label)
    return literal_line(us) if turn.author_id is None else f"<@{turn.author_id}>"


def _said(turn: Turn) -> str:
    return excerpt(prompt.user_text("", turn.text, turn.parts)) or "…"


def reset_question(order: ResetOrder, turns: int, tokens: int) -> str:
    """Say what a reset would clear."""
    keeping = texts.RESET_KEEPING.format(turns=amount(order.keep, texts.QUESTIONS)) if order.keep else ""
    return texts.RESET_CONFIRM.format(
        messages=amount(turns, texts.MESSAGES),
        tokens=amount(tokens, texts.TOKENS),
        place=texts.RESET_IN_SERVER if order.guild_wide else texts.RESET_IN_CHANNEL,
        keeping=keeping,
    )


def reset_done(reset: Reset) -> str:
    """Say what a reset cleared, to the one who did it."""
    return texts.RESET_DONE.format(
        messages=amount(reset.turns, texts.MESSAGES), tokens=amount(reset.tokens, texts.TOKENS)
    )


def reset_announced(reset: Reset, name: str) -> str:
    """Tell everybody of a reset, and until when it can be undone."""
    return texts.RESET_ANNOUNCED.format(
        name=literal_line(name),
        place=texts.RESET_IN_SERVER if reset.guild_wide else texts.RESET_IN_CHANNEL,
        time=moment(reset.at + UNDO_FOR, "T"),
    )


def reset_undone(reset: Reset) -> str:
    """Say what an undo brought back."""
    return texts.UNDONE.format(
        messages=amount(reset.turns, texts.MESSAGES), tokens=amount(reset.tokens, texts.TOKENS)
    )


def persona_held(held: Held) -> str | discord.Embed:
    """Show the persona that holds."""
    source = SOURCES[held.source]
    if not held.value:
        return texts.PERSONA_NONE.format(source=source)
    return _titled(texts.PERSONA_HOLDS.format(source=source), literal(held.value))


def persona_set(text: str, *, guild_wide: bool) -> str | discord.Embed:
    """Show the persona that was just set."""
    if not text:
        return changed(texts.PERSONA_EMPTIED, guild_wide=guild_wide)
    return _titled(changed(texts.PERSONA_SET, guild_wide=guild_wide), literal(text))


def changed(sentence: str, *, guild_wide: bool, value: str | int | None = None) -> str:
    """Say what was set, and for where; the sentence may name the value as a model or as days."""
    return sentence.format(
        place=texts.FOR_SERVER if guild_wide else texts.FOR_CHANNEL,
        model=code(str(value)),
        days=amount(value, texts.DAYS) if isinstance(value, int) else "",
    )


def model_held(held: Held) -> str:
    """Say which model answers."""
    return texts.MODEL_HOLDS.format(model=code(held.value), source=SOURCES[held.source])


def retention_held(held: Held) -> str:
    """Say for how long is remembered."""
    source = SOURCES[held.source]
    if not held.value:
        return texts.RETENTION_NONE.format(source=source)
    return texts.RETENTION_HOLDS.format(days=amount(held.value, texts.DAYS), source=source)


def reply_details(details: ReplyDetails) -> discord.Embed:
    """Show what is known of an answer."""
    answer, completion = details.answer, details.answer.completion
    model = (completion.model if completion else "") or answer.model
    embed = discord.Embed(title=texts.MENU_DETAILS)
    embed.add_field(name=menu_texts.DETAIL_MODEL, value=f"`{code(model)}`")
    embed.add_field(name=menu_texts.DETAIL_STATE, value=STATES[answer.state])
    if completion is not None:
        embed.add_field(
            name=menu_texts.DETAIL_END, value=excerpt(completion.finish_reason or menu_texts.DETAIL_MISSING)
        )
        embed.add_field(
            name=menu_texts.DETAIL_ID,
            value=f"`{code(completion.id or menu_texts.DETAIL_MISSING)}`",
            inline=False,
        )
    else:
        embed.description = menu_texts.DETAIL_NO_JSON
    embed.add_field(name=menu_texts.DETAIL_TOKENS, value=_bill(answer), inline=False)
    if answer.first_chunk_ms is not None:
        waited = timedelta(milliseconds=answer.first_chunk_ms)
        embed.add_field(
            name=menu_texts.DETAIL_FIRST,
            value=menu_texts.SECONDS.format(seconds=f"{waited.total_seconds():.2f}"),
        )
    return embed


def deletion_question(messages: int, places: int) -> str:
    """Say what a person's deletion would take."""
    return texts.PRIVACY_CONFIRM.format(
        messages=amount(messages, texts.MESSAGES), places=amount(places, texts.PLACES)
    )


def deletion_done(messages: int) -> str:
    """Say what a person's deletion took."""
    return texts.PRIVACY_DELETED.format(messages=amount(messages, texts.MESSAGES))


def question_about(name: str, link: str, question: str) -> str:
    """Write the message that stands for a question about another message; the model gets all of it."""
    asks = menu_texts.ASK_POSTED.format(name=literal_line(name), link=link, question="")
    room, shown = MOST_CONTENT - units(asks), literal(question)
    if units(shown) > room:
        shown = shown[: reach(shown, room - 1)].rstrip("\\") + "…"
    return asks + shown
