"""What is said of a text in which a model's thoughts may stand, however it is cut into chunks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.completions import tags
from bot.rules.completions.tags import mentions_tags, opened_last
from bot.rules.completions.thoughts import Thoughts

NAMES = (
    *("think", "thinking", "thought", "thoughts", "reason", "reasoning", "reflection", "scratchpad"),
    *("inner_monologue", "seed:think", "mm:think", "ant:thinking", "antml:thinking", "budget:thinking"),
    *("longcat_think", "redacted_thinking", "chain_of_thought", "thought_process", "reasoning_content"),
)
PIPED = {
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|think:start|>": "<|think:end|>",
    "<|thinking|>": "<|/thinking|>",
    "<|begin_reasoning|>": "<|end_reasoning|>",
    "<|thought|>": "<|end|>",
}
PAIRS = {f"<{name}>": f"</{name}>" for name in NAMES} | tags.PAIRS | PIPED


def said(*chunks: str, spoken_of: bool = False, begun: bool = False, cut: bool = False) -> str:
    """What is shown at the end."""
    thoughts = Thoughts(spoken_of=spoken_of, begun=begun)
    text, retractions = "", 0
    for chunk in chunks:
        new = thoughts.take(chunk)
        if thoughts.retractions != retractions:
            text, retractions = "", thoughts.retractions
        text += new
    rest = thoughts.end(cut=cut)
    return rest if thoughts.retractions != retractions else text + rest


HIDDEN = {
    "leading": ("<think>secret</think>Hello", "Hello"),
    "with lines": ("<think>\nsecret\n\n</think>\n\nHello\n\nJohn", "Hello\n\nJohn"),
    "after blanks": ("\n <think>secret</think>\nHello", "\n Hello"),
    "in capitals": ("<THINK>secret</Think>Hello", "Hello"),
    "empty": ("<think>\n\n</think>\n\nHello", "Hello"),
    "as Claude's": ("<antThinking>secret</antThinking>Hello", "Hello"),
    "with hyphens": ("<chain-of-thought>secret</chain-of-thought>Hello", "Hello"),
    "twice": ("<think>secret</think>\n<think>secret</think>Hello", "Hello"),
    "unclosed": ("<think>secret, and nothing else", ""),
    "cut in its closing tag": ("<think>secret</thi", ""),
    "closed at the end": ("<think>secret</think>", ""),
    "nested": ("<thinking><thought>secret</thought> secret</thinking>Hello", "Hello"),
    "nested in its own kind": ("<think>secret <think>secret</think> secret</think>Hello", "Hello"),
    "with a tag of another kind": ("<think>is it </thinking> secret</think>Hello", "Hello"),
    "that speak of the tag": ('<think>asks of "</think>" and `</think>`, secret</think>Hello', "Hello"),
    "with code": ("<think>```\nsecret\n</think>Hello", "Hello"),
    "a lone closing tag": ("secret\nsecret\n</think>\n\nHello", "Hello"),
    "a lone closing tag in its line": ("secret.</think>Hello", "Hello"),
    "a lone closing tag between blanks": ("secret </think> Hello", "Hello"),
    "a lone closing tag at the beginning": ("</think>\n\nHello", "Hello"),
    "a lone closing tag at the end": ("secret</think>", ""),
    "two lone closing tags": ("secret</think>secret</think>Hello", "Hello"),
    "later, in a line of its own": ("Hello\n<think>\nsecret\n</think>\nJohn", "Hello\nJohn"),
    "later, unclosed": ("Hello\n<think>secret", "Hello\n"),
    "harmony": (
        "<|channel|>analysis<|message|>secret<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
        "Hello",
    ),
    "harmony from the start": (
        "<|start|>assistant<|channel|>analysis<|message|>secret<|end|>"
        "<|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json<|message|>secret<|call|>"
        "<|start|>assistant<|channel|>final <|constrain|>text<|message|>Hello",
        "Hello",
    ),
    "harmony, the final channel alone": ("<|channel|>final<|message|>Hello<|end|>", "Hello"),
    "harmony without a channel": ("<|start|>assistant<|message|>Hello<|end|>", "Hello"),
    "harmony without its beginning": ("secret<|start|>assistant<|channel|>final<|message|>Hello", "Hello"),
    "harmony without its markers": ("analysisWe are asked. secretassistantfinalHello", "Hello"),
    "harmony without its markers, from the start": (
        '\nassistantanalysis"secret" assistantassistantcommentary to=x json{}assistantfinal\nHello',
        "\nHello",
    ),
    "harmony without its markers, of a tag": ("analysisI say </think> and `assistantfinal\n\nHello", "Hello"),
    "harmony, its messages unmarked": ("<|channel|>analysis\nsecret\n<|channel|>final\nHello", "Hello"),
    "harmony, unclosed": ("<|channel|>analysis<|message|>secret", ""),
    "harmony, what comes after the final channel": (
        "<|channel|>final<|message|>Hello<|end|><|start|>assistant<|channel|>analysis<|message|>secret",
        "Hello",
    ),
    "harmony, two final channels": (
        "<|channel|>final<|message|>Hello <|channel|>final<|message|>John",
        "Hello John",
    ),
    "with the answer in tags": ("<think>secret</think>\n<answer>\nHello</answer>", "Hello"),
    "Open WebUI": (
        '<details type="reasoning" done="true" duration="5">\n<summary>Thought for 5 seconds</summary>\n'
        "> secret\n> </think>\n</details>\n\nHello",
        "Hello",
    ),
    "folded, by its class": ("<details class='thinking-block' open>secret</details>Hello", "Hello"),
    "folded, by its summary": (
        "<details>\n<summary>💭 Thought Process</summary>\n\nsecret</DETAILS>\n\nHello",
        "Hello",
    ),
    "folded, unclosed": ("<details open>\n<summary>Thinking…</summary>\nsecret", ""),
    "in a tag with attributes": ('<thinking type="private" >secret</thinking>Hello', "Hello"),
    "in a tag with a blank": ("<think >secret</think >Hello", "Hello"),
    "in a tag of somebody's own": ("<my-thoughts>secret</my-thoughts>Hello", "Hello"),
    "in a tag of what kind of thoughts": (
        "<acme:reasoning_steps>secret</acme:reasoning_steps>Hello",
        "Hello",
    ),
    "before a response": ("<think>secret</think>\n<response>\nHello</response>", "Hello"),
    "Apriel": ("My steps: secret\n[BEGIN FINAL RESPONSE]\nHello[END FINAL RESPONSE]", "Hello"),
    "Solar": ("<|think|>secret<|end|><|begin|>assistant<|content|>Hello", "Hello"),
    "Command A": (
        "<|START_THINKING|>secret<|END_THINKING|><|START_RESPONSE|>Hello<|END_RESPONSE|>",
        "Hello",
    ),
} | {opening: (f"{opening}secret{closing}Hello", "Hello") for opening, closing in PAIRS.items()}

SPOKEN_OF = {
    "in a sentence": "Models open with <think> and close with </think>, then answer.",
    "at a line's beginning": "The tags:\n<think> opens\n</think> closes",
    "on lines of their own": "The tags:\n<think>\n</think>\nThat is all.",
    "as a list": "- <thinking>\n- </thinking>\n- [THINK]",
    "the closing one alone": "The tag </think> ends them.",
    "the closing one first": "</think> ends them.",
    "a channel": "Harmony writes <|channel|>analysis<|message|> before thoughts, and <|end|> after them.",
}
IN_CODE = {
    "a span": "Write `<think>` first, then `</think>`.",
    "a span of two ticks": "Write ``<think> ` </think>`` there.",
    "a fence": "So:\n\n```xml\n<think>\nhm\n</think>\nHi\n```\nDone.",
    "a fence of tildes": "So:\n~~~\n<think>\n```\n</think>\n~~~\nDone.",
    "a fence in a fence": "So:\n````\n```python\n<think>\n```\n</think>\n````\nDone.",
    "a fence in a quote": "> ```\n> </think>\n> ```",
    "a fence in a list": "1. ```\n   <think>\n   </think>\n   ```",
    "at the beginning": "`</think>` ends them.",
    "a fence at the beginning": "```\n<think>\nhm\n</think>\n```",
    "a channel": "`<|channel|>final<|message|>` begins it, `<|end|>` ends it.",
    "quotes": 'The closing tag is "</think>", and (</thinking>).',
    "a span on a fence's line": "```<think>``` is a tag, and `</think>` too.",
}
PLAIN = (
    "",
    "Hello",
    "a < b and b > c, [x](y) [THIN",
    "<thin",
    "<thinker>no</thinker>",
    "<thinking-face>no</thinking-face>",
    "<no_think>no</no_think>",
    "<think" + "x" * 40,
    "<|rethink|> and <|thinks|>, <|",
    "<details>\n<summary>Solution</summary>\nI think so\n</details>",
    "<details open>\nI think so</details>",
    '<details type="answer">so</details>',
    "<details " + "x" * 500,
    "so</details>",
    "<html>\n<th>\n</th>",
    "I think</b>",
    "◁ and ▷",
    "<answer>Hello</answer>",
    "<|user|> and <|end|>",
    "It's `odd\n\nand ~~struck~~",
    "1. [ ] todo\n2. [x] done\n<|channel|>analysis of nothing<|oops|>",
    "İstanbul <ſ>",
    "analysis of what an assistantfinal is",
    "analysis는 분석입니다",
    "analysisResult holds the value",
    "assistant",
    "An analysis",
)


def ways_to_cut(text: str) -> list[list[str]]:
    whole, letters = [text], list(text)
    halves = [[text[:at], text[at:]] for at in range(len(text))]
    return [whole, letters, ["", *letters], *halves]


@pytest.mark.parametrize(("text", "expected"), HIDDEN.values(), ids=HIDDEN)
def test_what_was_only_thought_is_not_said_however_it_is_cut(text: str, expected: str) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks) == expected


@pytest.mark.parametrize("text", SPOKEN_OF.values(), ids=SPOKEN_OF)
def test_tags_that_the_request_speaks_of_are_said(text: str) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks, spoken_of=True) == text


@pytest.mark.parametrize("spoken_of", [False, True])
@pytest.mark.parametrize("text", IN_CODE.values(), ids=IN_CODE)
def test_tags_in_code_are_said(text: str, spoken_of: bool) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks, spoken_of=spoken_of) == text


@pytest.mark.parametrize("spoken_of", [False, True])
@pytest.mark.parametrize("text", PLAIN)
def test_text_without_tags_passes_unchanged(text: str, spoken_of: bool) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks, spoken_of=spoken_of) == text


@pytest.mark.parametrize(
    "text",
    ["<think>secret</think>Hello", "secret\n</think>\nHello", "<|channel|>final<|message|>Hello"],
)
def test_thoughts_are_hidden_where_the_request_speaks_of_tags_too(text: str) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks, spoken_of=True) == "Hello"


@pytest.mark.parametrize(
    ("text", "cut", "expected"),
    [
        ("secret</think>Hello", False, "Hello"),
        ("<think>secret</think>Hello", False, "Hello"),
        (
            "<|channel|>analysis<|message|>secret<|end|><|channel|>final<|message|>Hello<|end|>",
            False,
            "Hello",
        ),
        ("Hello John", False, "Hello John"),
        ("Hello <b", False, "Hello <b"),
        ("secret that goes on", True, ""),
        ("analysisWe think, secretassistantfinalHello", False, "Hello"),
        ("analysisWe think", True, ""),
        ("asks of `</think>`, secret</think>Hello", False, "Hello"),
    ],
)
def test_a_model_that_begins_in_its_thoughts_is_heard_from_their_end_on(
    text: str, cut: bool, expected: str
) -> None:
    for chunks in ways_to_cut(text):
        assert said(*chunks, begun=True, cut=cut) == expected


def test_of_what_is_learned_to_begin_in_thoughts_nothing_is_shown_to_be_taken_back() -> None:
    thoughts = Thoughts(begun=True)

    shown = [thoughts.take(chunk) for chunk in ("sec", "ret", "</think>", "\n", "Hello")]

    assert shown == ["", "", "", "", "Hello"]
    assert thoughts.retractions == 0
    assert thoughts.began_unopened


def test_text_without_tags_is_said_at_once() -> None:
    thoughts = Thoughts()

    for chunk in ("Hello", " John", "\n\n", "a ", "<", "- b", " `x`", "[", "1]", "."):
        waits = chunk in "<["
        assert bool(thoughts.take(chunk)) is not waits


@pytest.mark.parametrize(
    ("text", "heard"),
    [("Hello", False), ("<think>\n</think>Hi", False), ("<think>x", True), ("x</think>", True)],
)
def test_it_is_told_whether_there_were_thoughts(text: str, heard: bool) -> None:
    thoughts = Thoughts()
    thoughts.take(text)
    thoughts.end(cut=False)

    assert thoughts.heard is heard


def test_what_was_held_for_thought_and_was_none_is_none() -> None:
    thoughts = Thoughts(begun=True)
    thoughts.take("Hello")

    assert thoughts.heard
    assert thoughts.end(cut=False) == "Hello"
    assert not thoughts.heard


def test_words_flow_once_it_is_known_that_thoughts_come_elsewhere() -> None:
    fresh, late, tagged = (Thoughts(begun=True) for _ in range(3))
    fresh.come_elsewhere()
    late.take("sec")
    late.come_elsewhere()
    tagged.take("<think>sec")
    tagged.come_elsewhere()

    assert fresh.take("Hello") == "Hello"
    assert late.take("ret</think>Hello") + late.end(cut=False) == "Hello"
    assert tagged.take("ret</think>Hello") + tagged.end(cut=False) == "Hello"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ '<|im_start|>assistant\\n<think>\\n' }}", True),
        ("{{ '<think>' if thinking else '</think>' }}", False),
        ("{{ '<|im_start|>assistant\\n' }}", False),
        ("", False),
    ],
)
def test_a_template_that_opens_thoughts_last_is_known(template: str, expected: bool) -> None:
    assert opened_last(template) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is <think> for", True),
        ("[/THINK]?", True),
        ("<|channel|>", True),
        ("I think <b>", False),
        ("", False),
    ],
)
def test_a_request_that_speaks_of_tags_is_known(text: str, expected: bool) -> None:
    assert mentions_tags(text) is expected


FRAGMENTS = st.sampled_from(
    [
        *PAIRS,
        *PAIRS.values(),
        *("<|channel|>", "analysis", "final", "<|message|>", "<|end|>", "<|start|>", "assistant"),
        *("`", "```", "~~~", "\n", " ", '"', "<", "[", "|", ">", "Hello", "secret ", "쉽지만"),
        *("<answer>", "</answer>", "analysisWe", "assistantfinal", "assis"),
        *(
            '<details type="reasoning">',
            "<details>",
            "<summary>Thinking</summary>",
            "</details>",
            "<think x>",
        ),
    ]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=3), max_size=12).map("".join)


@given(TEXTS, st.data(), st.booleans(), st.booleans(), st.booleans())
def test_any_chunking_says_the_same(
    text: str, data: st.DataObject, spoken_of: bool, begun: bool, cut: bool
) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    chunks = [text[start:end] for start, end in itertools.pairwise(places)]

    whole = said(text, spoken_of=spoken_of, begun=begun, cut=cut)

    assert said(*chunks, spoken_of=spoken_of, begun=begun, cut=cut) == whole


@given(st.text().filter(lambda text: not mentions_tags(text)), st.booleans())
def test_any_text_without_tags_is_said_as_it_is(text: str, spoken_of: bool) -> None:
    assert said(*text, spoken_of=spoken_of) == text


@given(TEXTS, st.sampled_from(sorted(PAIRS)))
def test_thoughts_at_the_beginning_never_show(text: str, opening: str) -> None:
    closing = PAIRS[opening]
    inner = text.lower().replace(closing.lower(), "")
    if closing.startswith("<|"):  # among such marks a message's end is one of its thoughts, too
        inner = inner.replace("<|end|>", "")

    assert said(opening, inner) == ""


@pytest.mark.no_cover
def test_a_flood_of_what_may_begin_a_tag_takes_no_longer_than_its_length() -> None:
    assert said("<" * 200_000) == "<" * 200_000
    assert said("<details " * 20_000) == "<details " * 20_000
    assert said("<think>", "[" * 200_000, "</think>Hello") == "Hello"
