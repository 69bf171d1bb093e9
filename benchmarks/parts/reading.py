"""`python -m benchmarks.parts.reading`: what reading streams costs by the layer beneath the openai client.

Each layer gets a process of its own, which reads many streams at once and tells what that took. The server is
a process, too, and speaks as models do, a word at a time.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

from aiohttp import web

STREAMS, WORDS, WORDS_PER_SECOND = 200, 200, 20
ROUNDS = 3
CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "a-model"}


async def _speak(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in range(WORDS):
        choice = {"index": 0, "delta": {"content": f"word{number} "}, "finish_reason": None}
        await response.write(b"data: %s\n\n" % json.dumps(CHUNK | {"choices": [choice]}).encode())
        await asyncio.sleep(1 / WORDS_PER_SECOND)
    await response.write(b"data: [DONE]\n\n")
    return response


async def serve() -> None:
    """Speak to whoever asks, until standard input ends; the first line printed is the port."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _speak)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def _ours() -> object:
    import openai

    from bot.llm.transport import AiohttpTransport

    return openai.DefaultAsyncHttpx2Client(transport=AiohttpTransport())


def _openais() -> object:
    import openai

    return openai.DefaultAioHttpClient()


def _httpx() -> object:
    import openai

    return openai.DefaultAsyncHttpx2Client()


LAYERS: dict[str, Callable[[], object]] = {"ours": _ours, "DefaultAioHttpClient": _openais, "httpx2": _httpx}


async def read(layer: str, port: int) -> None:
    """Read all streams through a layer, and print what it took."""
    began = time.process_time()
    http_client = LAYERS[layer]()
    started = time.process_time() - began
    from openai import AsyncOpenAI

    from bot.llm.events import Events

    url = f"http://127.0.0.1:{port}/v1"
    async with AsyncOpenAI(api_key="none", base_url=url, http_client=http_client, max_retries=0) as client:  # type: ignore[arg-type]

        async def one() -> int:
            opening = client.post(
                "/chat/completions", cast_to=object, body={"stream": True}, stream=True, stream_cls=Events
            )
            async with await opening as stream:
                return sum([1 async for _ in stream])

        began = time.process_time()
        heard = await asyncio.gather(*(one() for _ in range(STREAMS)))
        spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert set(heard) == {WORDS}  # noqa: S101 - else something else was measured
    print(json.dumps({"start": started, "memory": peak, "chunk": 1e6 * spent / sum(heard)}))


def main() -> None:
    """Print the best of some rounds for each layer."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.parts.reading", "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None  # noqa: S101 - both are pipes
    assert server.stdout is not None  # noqa: S101
    port = server.stdout.readline().strip()
    print("layer                 start     memory     processor time of a chunk")
    for layer in LAYERS:
        command = [sys.executable, "-m", "benchmarks.parts.reading", "read", layer, port]
        rounds = [json.loads(subprocess.check_output(command)) for _ in range(ROUNDS)]  # noqa: S603 - our own
        start, memory, chunk = (min(one[name] for one in rounds) for name in ("start", "memory", "chunk"))
        print(f"{layer:20}  {start:.2f} s    {memory:.1f} MiB  {chunk:.0f} µs")
    server.stdin.close()
    server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve())
    elif sys.argv[1:2] == ["read"]:
        asyncio.run(read(sys.argv[2], int(sys.argv[3])))
    else:
        main()
