"""What single things were measured to cost, kept beside this module with the machine it was measured on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = Path(__file__).with_name("costs.json")


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs; a question is of a place whose memory is full, with the default settings."""

    machine: str
    day: str
    process_mib: float  # of a process that knows one server
    server_kib: float  # of memory for each further server
    server_cpu_ms: float  # of processor time for each server at a start
    message_cpu_ms: float  # for a message that is not for the bot
    answer_cpu_ms: float  # for a question with its whole answer
    rows: float  # that PostgreSQL writes for a question with its answer
    transactions: float
    stored_bytes: float  # of what stays of them, indexes included
    prompt_tokens: int
    completion_tokens: int
    model: str
    dollars: float  # for a question, with the prices of that day


def read(path: Path = KEPT) -> Costs:
    """Return the costs that were measured last."""
    return Costs(**json.loads(path.read_text(encoding="utf-8")))


def write(costs: Costs, path: Path = KEPT) -> None:
    """Keep what was measured."""
    path.write_text(json.dumps(asdict(costs), indent=2) + "\n", encoding="utf-8")
