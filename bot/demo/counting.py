"""Token counts for the playground's model, which then bills as OpenAI does."""

from typing import Any

from bot.llm import catalog
from bot.llm.counter import TiktokenCounter
from bot.rules.prompting.tokens import image_tokens, request_tokens
from playground.model.counting import CountTokens


def counting(counter: TiktokenCounter) -> CountTokens:
    """Return a token count for the playground's model.

    A request doesn't say how large its pictures are, so they are billed as the largest.
    """

    def count(what: str | list[dict[str, Any]], model: str) -> int:
        if isinstance(what, str):
            return counter.count(what, model)
        rule = catalog.facts(model).image_rule
        each = image_tokens(rule, None, None) if rule else 0
        contents = [_content(message) for message in what]
        return request_tokens(counter.count(text, model) + pictures * each for text, pictures in contents)

    return count


def _content(message: dict[str, Any]) -> tuple[str, int]:
    """Return a message's text, and how many pictures it brings."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content, 0
    text = "".join(part.get("text", "") for part in content)
    return text, sum(part.get("type") == "image_url" for part in content)
