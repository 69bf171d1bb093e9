"""What a message shows beside its content, in words: polls, stickers, embeds, components.

What can't be read has a word in its place, so that a model can say so. The words are for the model alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import discord
from discord import components as parts

from bot.rules.prompting import tags

Shown = discord.Message | discord.MessageSnapshot  # both have content, embeds, stickers and components

UNREADABLE = "[something that can't be read here]"
POLL, POLL_ANSWER, POLL_OPEN = "[poll: {question}]", "- {answer}: {votes}", tags.POLL_OPEN
POLL_ENDED, POLL_WON = "[the poll has ended]", "[the poll has ended; most votes: {answer}]"
RESULT = "The poll “{question}” ended: {end}"
WON, TIED = (
    "{answer} won with {votes} of {total}",
    "several answers have {votes} of {total}, so that none won",
)
NOBODY_VOTED = "nobody voted"
STICKER, PREVIEW, PICTURE, FILE = (
    "[sticker: {name}]",
    "[link preview: {name}]",
    "[picture: {name}]",
    "[file: {name}]",
)
BUTTON, MENU, USED = "[button: {name}]", "[menu: {name}]", "[used /{name}]"
UNNAMED = "no description"


def beside(message: Shown) -> str:
    """Return what a message shows beside its content, its files and its embeds."""
    pieces = [*_poll(message), *_stickers(message), *_components(message.components)]
    return "\n".join(piece for piece in pieces if piece)


def is_told_by_discord(message: discord.Message) -> bool:
    """Say whether Discord wrote a message itself, be it in somebody's name."""
    return message.is_system() or message.type is discord.MessageType.poll_result


def system(message: discord.Message) -> str:
    """Return the sentence that Discord shows for what it tells itself, such as who joined."""
    if message.type is discord.MessageType.poll_result:
        return embeds(message.embeds) or UNREADABLE
    try:
        return message.system_content or UNREADABLE
    except (AttributeError, LookupError, TypeError, ValueError):  # what the sentence names is not there
        return UNREADABLE


def shows_more(message: discord.Message) -> bool:
    """Say whether there is something to see in a message of which no words came."""
    is_built = message.flags.components_v2 or message.components or message.embeds
    return bool(is_built or message.activity or message.application or message.call)


def embeds(found: Sequence[discord.Embed]) -> str:
    """Return the text of embeds, those that a bot made and the previews of links alike."""
    return "\n\n".join(text for text in map(_embed, found) if text)


def used(message: discord.Message) -> str:
    """Return the slash command that a message answers, where Discord names it."""
    command = message._interaction  # the public name warns of a successor, which does not name the command
    return USED.format(name=command.name) if command is not None else ""


def _poll(message: Shown) -> Iterator[str]:
    poll = message.poll if isinstance(message, discord.Message) else None
    if poll is None:
        return
    yield POLL.format(question=_question(poll) or UNNAMED)
    for answer in poll.answers:
        votes = _votes(answer.vote_count)
        yield POLL_ANSWER.format(answer=answer.text or answer.emoji or UNNAMED, votes=votes)
    if not poll.is_finalised():
        yield POLL_OPEN
        return
    most = max((answer.vote_count for answer in poll.answers), default=0)
    winners = [answer.text for answer in poll.answers if answer.vote_count == most and most > 0]
    yield POLL_WON.format(answer=", ".join(winners)) if winners else POLL_ENDED


def _question(poll: discord.Poll) -> str | None:
    try:
        return poll.question
    except AttributeError:  # it has no words, which discord.py does not expect
        return None


def _stickers(message: Shown) -> Iterator[str]:
    return (STICKER.format(name=sticker.name) for sticker in message.stickers)


def _embed(embed: discord.Embed) -> str:
    """Return an embed's text, in the order in which Discord draws it."""
    if embed.type == "poll_result":
        return _result({str(field.name): str(field.value) for field in embed.fields})
    fields = (": ".join(filter(None, (field.name, field.value))) for field in embed.fields)
    own = "\n".join(
        filter(None, (embed.author.name, embed.title, embed.description, *fields, embed.footer.text))
    )
    if embed.type in (None, "rich"):
        return own or (PICTURE.format(name=UNNAMED) if embed.image or embed.thumbnail else "")
    site = embed.provider.name or embed.url or embed.type
    return "\n".join(filter(None, (PREVIEW.format(name=site), own)))


def _result(told: Mapping[str, str]) -> str:
    """Return how a poll ended, of which Discord tells in an embed's fields."""
    winner = told.get("victor_answer_text") or told.get("victor_answer_emoji_name")
    votes, total = told.get("victor_answer_votes", "0"), _votes(told.get("total_votes", "0"))
    end = TIED.format(votes=votes, total=total) if votes != "0" else NOBODY_VOTED
    if winner or "victor_answer_id" in told:
        end = WON.format(answer=winner or UNNAMED, votes=votes, total=total)
    return RESULT.format(question=told.get("poll_question_text") or UNNAMED, end=end)


def _votes(count: int | str) -> str:
    return f"{count} vote{'' if str(count) == '1' else 's'}"


def _components(found: Sequence[parts.Component]) -> Iterator[str]:
    for component in found:
        describe = _COMPONENTS.get(type(component))
        if describe is not None:
            yield from describe(component)


def _section(section: parts.SectionComponent) -> Iterator[str]:
    yield from _components(section.children)
    yield from _components([section.accessory])


def _gallery(gallery: parts.MediaGalleryComponent) -> Iterator[str]:
    return (PICTURE.format(name=item.description or UNNAMED) for item in gallery.items)


def _file(file: parts.FileComponent) -> Iterator[str]:
    yield FILE.format(name=file.name or file.media.url.rpartition("/")[2] or UNNAMED)


def _thumbnail(thumbnail: parts.ThumbnailComponent) -> Iterator[str]:
    yield PICTURE.format(name=thumbnail.description or UNNAMED)


def _button(button: parts.Button) -> Iterator[str]:
    if name := button.label or (str(button.emoji) if button.emoji else button.url):
        yield BUTTON.format(name=name)


def _menu(menu: parts.SelectMenu) -> Iterator[str]:
    if menu.placeholder:
        yield MENU.format(name=menu.placeholder)


# How each kind of component is told; a line between others, or one that only forms have, says nothing.
_COMPONENTS: dict[type[parts.Component], Callable[..., Iterator[str]]] = {
    parts.TextDisplay: lambda text: iter([text.content]),
    parts.SectionComponent: _section,
    parts.Container: lambda container: _components(container.children),
    parts.ActionRow: lambda row: _components(row.children),
    parts.MediaGalleryComponent: _gallery,
    parts.FileComponent: _file,
    parts.ThumbnailComponent: _thumbnail,
    parts.Button: _button,
    parts.SelectMenu: _menu,
}
