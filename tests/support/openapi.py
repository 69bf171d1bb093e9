"""Discord's own description of its HTTP API, to hold requests and routes against; checks nothing else.

The description lies beside the playground's tests as an excerpt. Where it is wider than what bots may do
(it allows 4000 characters of content), the narrower rule is checked here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from playground.wire import REST, Entry

Json = dict[str, Any]
FILE = Path(__file__).parents[1] / "playground" / "discord-openapi.json"
MOST_CHARACTERS = 2000
_URI = "urn:discord"


@cache
def description() -> Json:
    """Return the excerpt of Discord's description."""
    loaded: Json = json.loads(FILE.read_text())
    return loaded


def routes() -> set[tuple[str, str]]:
    """Return the methods and paths that Discord has, as far as the excerpt goes."""
    return {(method.upper(), path) for path, methods in description()["paths"].items() for method in methods}


@cache
def _validator(method: str, route: str) -> Draft202012Validator | None:
    operation = description()["paths"][route][method.lower()]
    if "requestBody" not in operation:
        return None
    resource = Resource.from_contents(description(), default_specification=DRAFT202012)
    pointer = route.replace("~", "~0").replace("/", "~1")
    schema = f"{_URI}#/paths/{pointer}/{method.lower()}/requestBody/content/application~1json/schema"
    return Draft202012Validator({"$ref": schema}, registry=Registry().with_resource(_URI, resource))


def problems(method: str, route: str, body: Any) -> list[str]:
    """Return what Discord's description has against a request's JSON body, one sentence each."""
    if (method, route) not in routes():
        return [f"{method} {route} is not described"]
    found = [f"{method} {route}: {said}" for said in _own_checks(body)]
    if body is None:
        return found
    return [*found, *_departures(method, route, json.dumps(_with_text_ids(body)))]


@cache
def _departures(method: str, route: str, body: str) -> tuple[str, ...]:
    """Return where a body departs from its schema; what each start says, as all commands, is read once."""
    validator = _validator(method, route)
    if validator is None:
        return ()
    return tuple(
        f"{method} {route}: {'.'.join(str(part) for part in error.absolute_path) or 'body'}: "
        f"{error.message[:300]}"
        for error in validator.iter_errors(json.loads(body))
    )


def problems_of(entries: Iterable[Entry]) -> list[str]:
    """Return what is wrong with the REST requests among recorded entries."""
    found = []
    for entry in entries:
        if entry.kind == REST:
            found += problems(entry.method, entry.route or entry.path, entry.payload)
    return found


def _own_checks(body: Any) -> Iterator[str]:
    for part in (body, body.get("data") if isinstance(body, dict) else None):
        content = part.get("content") if isinstance(part, dict) else None
        if isinstance(content, str) and len(content) > MOST_CHARACTERS:
            yield f"content has {len(content)} characters"


def _with_text_ids(body: Any) -> Any:
    """Return a body with texts where the library sends numbers as ids; Discord takes both."""
    if not isinstance(body, dict):
        return body
    changed = dict(body)
    if isinstance(body.get("data"), dict):
        changed["data"] = _with_text_ids(body["data"])
    if isinstance(body.get("message_reference"), dict):
        changed["message_reference"] = _texts(body["message_reference"])
    if isinstance(body.get("attachments"), list):
        changed["attachments"] = [_texts(one) for one in body["attachments"]]
    return changed


def _texts(thing: Json) -> Json:
    ids = {name: str(value) for name, value in thing.items() if name == "id" or name.endswith("_id")}
    return thing | ids
