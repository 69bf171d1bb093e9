"""The way to a server: the proxies that the environment names, and why a server can't be reached."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

FAILURES = (aiohttp.ClientError, OSError)  # of a connection; a TimeoutError is an OSError
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def proxy_for(url: str) -> str | None:
    """Return the proxy through which a server is reached; one on this machine never is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)


def reason(error: BaseException) -> str:
    """Return the cause of a failed connection, in words that end a sentence."""
    causes = list(_causes(error))
    for name in (_certificate, _proxy, _name, _refused, _late):
        for cause in causes:
            if words := name(cause):
                return words
    root = causes[-1]
    said = (isinstance(root, OSError) and root.strerror) or str(root)
    return f"{type(root).__name__}: {said}" if said else type(root).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from, the outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        within = getattr(cause, "os_error", None) or getattr(cause, "certificate_error", None)
        cause = within or cause.__cause__


def _certificate(cause: BaseException) -> str:
    if words := getattr(cause, "verify_message", ""):  # which aiohttp's error around it has not
        return f"its certificate can't be verified, {words}"
    if isinstance(cause, ssl.SSLError) and getattr(cause, "reason", None):
        return f"no secure connection, {cause.reason}"
    return ""


def _proxy(cause: BaseException) -> str:
    if isinstance(cause, aiohttp.ClientHttpProxyError):
        return f"the proxy {cause.request_info.real_url.host} refused, {cause.status} {cause.message}"
    if isinstance(cause, aiohttp.ClientProxyConnectionError):
        return f"the proxy {cause.host}:{cause.port} can't be reached, {cause.os_error.strerror}"
    return ""


def _name(cause: BaseException) -> str:
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return f"the name {cause.host} does not resolve"
    return "its name does not resolve" if isinstance(cause, socket.gaierror) else ""


def _refused(cause: BaseException) -> str:
    return "nothing listens there" if isinstance(cause, ConnectionRefusedError) else ""


def _late(cause: BaseException) -> str:
    return "no answer in time" if isinstance(cause, TimeoutError) else ""
