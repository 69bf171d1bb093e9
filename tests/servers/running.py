"""Model servers that nobody here wrote, each a process that can be killed and started again."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_SECONDS = 180.0  # a proxy that is imported for the first time on a busy machine
PAGE_SECONDS = 60.0
KEY, WRONG_KEY = "sk-right-0123456789", "sk-wrong-0123456789"
WINDOW = 384
MODEL, MOCK = "gemma-3-135m", "gemma-3-mock"  # names of which the bot believes that they see
SAID = "A mock answers, in a few words."
# As Mistral's and Gemma's are: user and assistant take turns, the system message goes into the first.
TEMPLATE = """{%- if messages[0]['role'] == 'system' -%}
{%- set first = messages[0]['content'] + '\n\n' -%}{%- set turns = messages[1:] -%}
{%- else -%}{%- set first = '' -%}{%- set turns = messages -%}{%- endif -%}
{%- for turn in turns -%}
{%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) -%}
{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
{%- endif -%}
{{ '<|im_start|>' + turn['role'] + '\n' + (first if loop.first else '') + turn['content'] + '<|im_end|>\n' }}
{%- endfor -%}
{{ '<|im_start|>assistant\n' }}"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Kind:
    """What the tests may expect of a server."""

    name: str
    model: str = MODEL
    window: int | None = None  # of a server that refuses more
    blind: bool = False
    knows_models: bool = False  # and refuses others
    slow: bool = False  # so that an answer can be stopped in the middle
    scripted: bool = False  # says and refuses what it is told to


class Server:
    """A server's process; `behind` is the one that it passes requests on to."""

    def __init__(self, kind: Kind, command: list[str], ready: str, behind: "Server | None" = None) -> None:
        self.kind = kind
        self.behind = behind
        self.url = ""
        self._command = command
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int) -> None:
        """Start it; it answers some time later."""
        self.url = f"http://127.0.0.1:{port}"
        environ = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "DO_NOT_TRACK": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - the commands below
            [part.replace("PORT", str(port)) for part in self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
        )

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process is not None
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.get(self._ready)
                return
            time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"{self.kind.name} did not start")

    def get(self, path: str, told: object = None) -> Any:
        """Return the JSON of a page, once it is told something if there is anything to tell."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {KEY}"})  # noqa: S310
        request.data = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(request, timeout=PAGE_SECONDS) as page:  # noqa: S310 - loopback
            return json.loads(page.read() or b"null")

    def expect(self, behavior: str, **how: object) -> None:
        """Have llmock do something at the next request that comes."""
        self.get("/_llmock/scenario", {"behaviors": [{"type": behavior, **how}]})

    @property
    def idle(self) -> bool:
        """Whether no slot works, of a proxy none of what is behind it; llmock notes who hung up."""
        if self.kind.scripted:
            asked = self.get("/_llmock/requests")["requests"]
            return bool(asked) and not asked[-1]["completed"]
        slots = (self.behind or self).get("/slots")
        return not any(slot["is_processing"] for slot in slots)

    def beside(self, kind: Kind) -> "Server":
        """Return another model of the same process."""
        other = Server(kind, [], "")
        other.url, other._process = self.url, self._process
        other._ready = self._ready
        return other

    def kill(self) -> None:
        """End it as `kill -9` does."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.communicate()

    def again(self) -> None:
        """Start it where it was."""
        self.start(int(self.url.rpartition(":")[2]))
        self.wait()


def llama(python: Path, model: Path, name: str, template: str | None = None) -> Server:
    """Return llama.cpp's server with a small window."""
    script = str(Path(__file__).parent / "llama.py")
    command = [str(python), script, str(model), "PORT", str(WINDOW), KEY]
    kind = Kind(name, window=WINDOW, blind=True, slow=True)
    return Server(kind, [*command, template] if template else command, "/health")


def litellm(python: Path, folder: Path, behind: Server) -> Server:
    """Return LiteLLM's proxy before another server; it has a model that is a mock, too."""
    real = {"model": f"openai/{MODEL}", "api_base": f"{behind.url}/v1", "api_key": KEY}
    mock = {"model": f"openai/{MODEL}", "api_key": "none", "mock_response": SAID}
    settings = {
        "model_list": [
            {"model_name": MODEL, "litellm_params": real},
            {"model_name": MOCK, "litellm_params": mock},
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
        "router_settings": {"disable_cooldowns": True},
    }
    config = folder / "litellm.yaml"
    config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    command = [
        str(python.parent / "litellm"),
        "--config",
        str(config),
        "--host",
        "127.0.0.1",
        "--port",
        "PORT",
    ]
    kind = Kind("LiteLLM before llama.cpp", window=WINDOW, blind=True, knows_models=True, slow=True)
    return Server(kind, command, "/health/liveliness", behind)


def llmock(python: Path) -> Server:
    """Return llmock, with a window."""
    options = ["--response-style", "varied", "--tool-mode", "off", "--context-window", str(WINDOW)]
    options += ["--stream-chunk-delay-ms", "20"]
    command = [str(python.parent / "llmock"), "serve", "--host", "127.0.0.1", "--port", "PORT", *options]
    kind = Kind("llmock", window=WINDOW, knows_models=True, slow=True, scripted=True)
    return Server(kind, command, "/health")
