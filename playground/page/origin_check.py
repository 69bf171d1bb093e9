"""Who may come in: only requests to this machine by its own names, and from pages that it served itself.

A page elsewhere may reach loopback through a browser, even under its own name (DNS rebinding); it is refused
by the Host that it asked for, or by the Origin that it comes from. Every answer says what its page may load.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OWN_NAMES = ("127.0.0.1", "localhost", "::1")
OF_THE_PAGE = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
OF_FILES = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@web.middleware
async def check_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other hosts and origins."""
    if not _is_own(request.headers.get("Host", "")):
        return web.Response(status=421, text="The playground answers only to 127.0.0.1 and localhost.")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.headers['Host']}":
        return web.Response(status=403, text="The playground answers only to its own page.")
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Say what the browser may do with a file of the page; one that somebody uploaded may do nothing."""
    if request.path.startswith(("/api/", "/v1/")):
        return
    of_files = request.path.startswith("/attachments/")
    response.headers["Content-Security-Policy"] = OF_FILES if of_files else OF_THE_PAGE
    response.headers["Cache-Control"] = "no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _is_own(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in OWN_NAMES
    except ValueError:
        return False
