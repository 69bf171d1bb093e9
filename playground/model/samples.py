"""Longer things that the stand-in can write on request, so that splitting and Markdown can be seen."""

from __future__ import annotations

import re

_PARAGRAPHS = (
    "A long answer is a good way to see how a bot behaves while it writes. The text arrives in small pieces, "
    "and the bot edits its message as it grows, as often as Discord allows and no more often than that.",
    "Discord takes at most 2000 characters in a message. What is longer goes on in the next one, and the cut "
    "should fall where a reader would pause: between paragraphs, else between lines, sentences or words.",
    "While the answer is being written, what already stands in a finished message should stay where it is. "
    "Nothing is more tiring to read than a text that jumps, so only the last message may still change.",
    "Some marks span more than one line. **Bold text can run on for a while, and when a message ends inside "
    "of it, it has to be closed there and opened again in the next one**, so that both look right.",
    "Lists deserve some care as well:\n\n1. first, an item that is short\n"
    "2. then one that is a little longer, so that it wraps in a narrow window\n"
    "3. and one with `inline code` in it",
)

_CODE = '''```python
"""A queue that forgets nothing: each item is handed out once, oldest first."""

from collections import deque


class Queue:
    """First in, first out."""

    def __init__(self) -> None:
        self._items: deque[str] = deque()

    def put(self, item: str) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def take(self) -> str | None:
        """Remove and return the oldest item, or None when there is none."""
        return self._items.popleft() if self._items else None


queue = Queue()
queue.put("hello")
print(queue.take())
```'''

_TABLE = """| what | limit | in how long |
|:-----|------:|:-----------:|
| messages in a channel | 5 | 5 s |
| edits in a channel | 5 | 5 s |
| all requests | 50 | 1 s |
| 글자 수 (characters) | 2000 | one message |"""

_KOREAN = (
    "안녕하세요. 저는 진짜 언어 모델이 아니라 연습용 대역입니다. 제가 받은 메시지에 있는 것만 알고 있습니다. "
    "이름을 알려 주시고 나중에 물어보시면, 기록에 남아 있는 동안에는 기억합니다."
)

_MARKDOWN = """# A heading
## A smaller one
#### One that Discord does not know

**bold**, *italic*, __underlined__, ~~struck~~, ||a spoiler|| and `code`.

> a quote

- [x] done
- [ ] to do

---

![a picture](https://example.com/picture.png) and [a link](https://example.com)<br>after a break"""


def asked_for(text: str) -> str | None:
    """Return the sample that a text asks for, if it asks for one."""
    long = _has(text, "long", "essay", "story", "in detail")
    if _has(text, "korean", "한국어", "한글"):
        return "\n\n".join([_KOREAN] * (24 if long else 1))
    if _has(text, "code", "function", "python"):
        return _long_code() if long else f"Here is some code:\n\n{_CODE}\n\nIt prints `hello`."
    if _has(text, "table"):
        return f"Here is a table:\n\n{_TABLE}"
    if _has(text, "markdown"):
        return _MARKDOWN
    return "\n\n".join(_PARAGRAPHS * 3) if long else None


def _has(text: str, *words: str) -> bool:
    return any(re.search(rf"(?<![a-z]){word}(?![a-z])", text.lower()) for word in words)


def _long_code() -> str:
    lines = [
        f"    print({number}, {number * number})  # line {number} of a long program"
        for number in range(1, 81)
    ]
    return "\n".join(["Here is a long program:", "", "```python", "def squares() -> None:", *lines, "```"])
