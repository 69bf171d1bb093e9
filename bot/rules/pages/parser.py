"""The Markdown parser, and what we add to it: where in the source an inline element stands.

The one home of markdown-it. Raw HTML blocks, link definitions and fences are switched off: the first so that
line breaks in them are seen, the second because they would tie distant blocks together, the third because
`bot.rules.pages.fences` finds them first.
"""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.html_inline import html_inline
from markdown_it.rules_inline.image import image
from markdown_it.token import Token

_Rule = Callable[[StateInline, bool], bool]


def _located(rule: _Rule) -> _Rule:
    """Let a rule's token know where it stands."""

    def locate(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        if found and not silent:
            state.tokens[-1].meta["span"] = (start, state.pos)
        return found

    return locate


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.disable(["html_block", "reference", "fence", "inline"])  # inline: most paragraphs don't need it
    parser.inline.ruler.at("image", _located(image))
    parser.inline.ruler.at("html_inline", _located(html_inline))
    return parser


_PARSER = _parser()


def parse_blocks(source: str) -> list[Token]:
    """Return the block tokens; inline ones come without children."""
    return _PARSER.parse(source)


def parse_inline(content: str) -> list[Token]:
    """Return the inline tokens; images and HTML tags have their `span` within `content` in `meta`."""
    tokens: list[Token] = []
    _PARSER.inline.parse(content, _PARSER, {}, tokens)
    return tokens


def is_line_break(token: Token) -> bool:
    """Tell whether a token is an HTML `<br>`."""
    return token.type == "html_inline" and token.content.strip("</>\t\n ").lower() == "br"


def plain_text(content: str) -> str:
    """Return inline Markdown without its markup; links and images keep their address in brackets."""
    parts: list[str] = []
    links: list[tuple[int, str]] = []
    for token in parse_inline(content):
        if token.type == "link_open":
            links.append((len(parts), str(token.attrs.get("href", ""))))
        elif token.type == "link_close":
            start, address = links.pop()
            if "".join(parts[start:]) != address:
                parts.append(f" ({address})")
        elif is_line_break(token) or token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(f"{token.content} ({token.attrs['src']})".strip())
        else:
            parts.append(" " if token.type == "softbreak" else token.content)
    return "".join(parts).strip()
