"""What one kind of server alone says stands in a module of its own, and is heard wherever words are."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import bot.llm.dialects.servers as known
from bot.llm.dialects.dialect import dialects

PARROT = r"""
from bot.errors import QuotaUsedUp
from bot.llm.dialects.dialect import Dialect, Page
from bot.llm.dialects.wording import PICTURES

DIALECT = Dialect(
    refuses={"seed": r"polly wants no seed", PICTURES: r"polly is blind"},
    fails={QuotaUsedUp: r"out of crackers"},
    too_long=(r"more than polly learns",),
    windows=(r"polly learns (\d{3,8})",),
    page=lambda entry, model: Page(f"/polly/{model}") if "polly" in entry else None,
)
"""
HEARD = r"""
import json, sys
import bot.llm.dialects.servers as known
known.__path__.append(sys.argv[1])

from datetime import UTC, datetime
from bot.llm.dialects.overflows import says_too_long, window
from bot.llm.dialects.refusals import finding
from bot.llm.failures import from_body

seeing = {"messages": [{"role": "user", "content": []}], "seed": 1}
print(json.dumps([
    finding(400, "Polly wants no seed", seeing),
    finding(400, "Polly is blind", seeing),
    type(from_body({"message": "Out of crackers"}, "parrot", datetime.now(UTC)).error).__name__,
    says_too_long("More than Polly learns"),
    window("More than Polly learns: Polly learns 4,096 words"),
]))
"""


def test_a_server_is_heard_whose_module_is_put_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "parrot.py").write_text(PARROT, encoding="utf-8")
    ran = subprocess.run(  # noqa: S603 - of our own
        [sys.executable, "-c", HEARD, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert json.loads(ran.stdout) == [["seed", ""], ["pictures", ""], "QuotaUsedUp", True, 4096]


def test_every_module_of_the_folder_is_a_dialect() -> None:
    [folder] = known.__path__
    modules = [path.stem for path in Path(folder).glob("*.py") if path.stem != "__init__"]

    assert len(modules) > 5
    assert [importlib.import_module(f"{known.__name__}.{name}").DIALECT for name in sorted(modules)] == list(
        dialects()
    )
