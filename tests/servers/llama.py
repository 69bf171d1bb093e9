"""llama.cpp's server as a process of its own, run by the interpreter of the servers' environment.

`python llama.py MODEL PORT WINDOW KEY [TEMPLATE]`; it ends with its standard input.
"""

import importlib
import sys


def main() -> None:
    """Serve until nobody holds the other end any more."""
    model, port, window, key, *template = sys.argv[1:]
    xllamacpp = importlib.import_module("xllamacpp")  # not there for the type checker
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], int(port), [key]
    params.n_parallel, params.n_ctx = 2, 2 * int(window)  # two slots share what there is
    params.endpoint_slots, params.warmup = True, False
    params.cpuparams.n_threads = 1  # two that wait for each other are slower on a busy machine
    # Every answer is as long as it may get, and always the same.
    params.sampling.ignore_eos, params.sampling.temp, params.sampling.seed = True, 0.0, 1
    if template:
        params.chat_template, params.use_jinja = template[0], True
    server = xllamacpp.Server(params)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main()
