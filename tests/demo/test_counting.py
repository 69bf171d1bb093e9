"""What the playground's model bills for a request."""

import pytest

from bot.demo.counting import counting
from bot.llm.counter import TiktokenCounter

TEXT = {"role": "user", "content": [{"type": "text", "text": "Look"}]}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}
WITH_PICTURES = {"role": "user", "content": [*TEXT["content"], PICTURE, PICTURE]}


@pytest.mark.parametrize(("model", "each"), [("gpt-4o", 85 + 8 * 170), ("gpt-3.5-turbo", 0)])
async def test_pictures_are_billed_by_the_models_own_rule(model: str, each: int) -> None:
    count = counting(await TiktokenCounter.load())

    assert count([WITH_PICTURES], model) - count([TEXT], model) == 2 * each
