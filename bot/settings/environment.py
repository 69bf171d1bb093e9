"""The environment and `.env`, in every form in which people write them; the only reader of `os.environ`.

What the values mean does not belong here.
"""

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.errors import SettingsError
from bot.settings.reader import UNREAD

COMMENT = re.compile(r"\s+#.*")
NOTE = re.compile(r"\s+#\s.*")  # behind prose, in which #general is none
_UNQUOTED = re.compile(r"[^=]*=[ \t]*([^\s'\"].*)")
_QUOTED = re.compile(r"\s*(?:export\s+)?(\w+)[ \t]*=[ \t]*['\"]")
OVER_LINES = {"SYSTEM_PROMPT", "MODEL_OPTIONS", "PRICES"}  # may be written over several lines
PROSE = {"SYSTEM_PROMPT"}  # may hold what looks like a comment
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
# Who moves from another bot may think that their words go to a server of their own, which is none then.
OF_OTHERS = {"OPENAI_API_BASE": "OPENAI_BASE_URL", "OPENAI_API_BASE_URL": "OPENAI_BASE_URL"}
ALIKE = 0.85  # from this likeness on, another name is a misspelt one of ours; OPENAI_API_BASE is none


def values(
    names: Sequence[str],
    secrets: Sequence[str],
    env_file: Path | None,
    environ: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], list[str]]:
    """Return what is set, as text, by name, and a sentence for each line or secret that can't be read.

    The environment wins over the file. A secret may stand in a file of its own, which its name with `_FILE`
    names, as Docker and Kubernetes do.

    Raises:
        SettingsError: nothing of the file can be read.
    """
    given = os.environ if environ is None else environ
    written, problems = _from_file(env_file, names) if env_file else ({}, [])
    if environ is None:
        _lend_proxies(written)
    known = (*names, *(f"{name}_FILE" for name in secrets))
    found = written | {name: _bare(name, given[name]) for name in known if name in given}
    for name in secrets:
        file = found.get(f"{name}_FILE", "").strip()
        if file and not found.get(name, "").strip():
            found[name], wrong = _secret(name, Path(file))
            problems += wrong
    return {name: found[name] for name in names if name in found}, problems


def _lend_proxies(written: Mapping[str, str]) -> None:
    """Put the proxies that the file names into the environment, where what connects looks for them.

    Those that stand there already are rid of the quotes with which `docker run --env-file` passes them on.
    """
    for name in {*PROXIES, *map(str.lower, PROXIES)}.intersection(os.environ):
        os.environ[name] = _bare(name, os.environ[name])
    for name in PROXIES:
        if name in written and name not in os.environ and name.lower() not in os.environ:
            os.environ[name] = written[name]


def misspelt(names: Sequence[str], environ: Mapping[str, str] | None = None) -> list[str]:
    """Return a sentence for each variable of the environment whose name is nearly one of ours."""
    given = os.environ if environ is None else environ
    return [told for name in given if (told := _meant(name, names, "in the environment"))]


def _meant(name: str, names: Sequence[str], where: str) -> str:
    if name in names or name.removesuffix("_FILE") in names:
        return ""
    likely = get_close_matches(name.upper(), names, 1, ALIKE)
    return f"{name} {where} is not a setting; is {likely[0]} meant?" if likely else ""


def _bare(name: str, value: str) -> str:
    """Return a value as it was meant: `docker run --env-file` passes on quotes and comments."""
    value = value.strip() if name not in PROSE else value
    for quote in ("'", '"'):
        end = value.rfind(quote)
        encloses = value.startswith(quote) and end > 0 and quote not in value[1:end]
        if encloses and (end == len(value) - 1 or COMMENT.match(value, end + 1)):
            return value[1:end]
    return value if name in PROSE else COMMENT.sub("", value)


def _from_file(env_file: Path, names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    if env_file.is_dir():
        raise SettingsError(
            f"{env_file} is a folder; Docker makes one in the place of a file that isn't there. "
            "Remove it, and put the file there."
        )
    try:
        with env_file.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError as error:
        raise SettingsError(f"{env_file} is not saved as UTF-8; save it again in that encoding.") from error
    except OSError as error:
        raise SettingsError(f"{env_file} can't be read ({error.strerror}).") from error
    problems: list[str] = []
    found: dict[str, str] = {}
    for binding in bindings:
        if wrong := _wrong_with(binding):
            text = binding.original.string
            line = binding.original.line + text[: -len(text.lstrip()) or None].count("\n")
            problems.append(f"{UNREAD} {line} of {env_file} {wrong}")
        elif binding.key is not None and binding.value is not None:
            prose = binding.key in PROSE and _UNQUOTED.match(binding.original.string)
            found[binding.key] = NOTE.sub("", prose[1]).strip() if prose else binding.value
    problems += filter(None, (_meant(name, names, f"in {env_file}") for name in found))
    problems += [
        f"{name} in {env_file} is not a setting; is {ours} meant?"
        for name, ours in OF_OTHERS.items()
        if name in found and ours in names and ours not in found
    ]
    return found, problems


def _wrong_with(binding: Binding) -> str:
    """Say what is wrong with a line; one that opens a quote runs on to the next quote, or is none."""
    opens = _QUOTED.match(binding.original.string)
    runs_on = opens and binding.value and opens[1] not in OVER_LINES and "\n" in binding.value
    if runs_on or (opens and binding.error):
        return f"opens a quote behind {opens[1]} that is not closed in that line." if opens else ""
    is_bare = binding.key is not None and binding.value is None
    return "is not of the form NAME=value." if binding.error or is_bare else ""


def _secret(name: str, file: Path) -> tuple[str, Sequence[str]]:
    try:
        return file.read_text(encoding="utf-8-sig").strip(), ()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        return "", [f"{name}_FILE names {file}, which can't be read ({reason})."]
