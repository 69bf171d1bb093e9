"""The way to a server: the proxies that the environment names, and why a server can't be reached."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

FAILURES = (aiohttp.ClientError, OSError)  # of a connection; a TimeoutError is an OSError
NOTHING_LISTENS = "nothing listens there"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def proxy_for(url: str) -> str | None:
    """Return the proxy through which a server is reached; one on this machine never is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or proxy_bypass(host) or _in_an_excepted_network(host):
        return None
    named = _named_for(parts.scheme)[1]
    return named if "://" in named else f"http://{named}" if named else None


def socks_proxies() -> Iterator[str]:
    """Yield the variables that name a SOCKS proxy for something that is reached; aiohttp knows none."""
    names = (_named_for(scheme) for scheme in ("https", "http"))
    yield from {name: "" for name, proxy in names if proxy.lower().startswith("socks")}


def passwords() -> Iterator[str]:
    """Yield what opens the proxies that the environment names, as it is written and as it is sent."""
    for proxy in getproxies().values():
        with suppress(ValueError):
            if password := urlsplit(proxy if "://" in proxy else f"http://{proxy}").password:
                yield from (password, unquote(password))


def _named_for(scheme: str) -> tuple[str, str]:
    """Return the variable that is the nearest to name a proxy for a scheme, and what it says."""
    named = getproxies()
    key = scheme.replace("ws", "http") if named.get(scheme.replace("ws", "http")) else "all"
    return f"{key.upper()}_PROXY", named.get(key, "")


def _in_an_excepted_network(host: str) -> bool:
    """Say whether NO_PROXY names a network, such as 10.0.0.0/8, that an address is in."""
    for entry in getproxies().get("no", "").split(","):
        with suppress(ValueError):
            if "/" in entry and ip_address(host) in ip_network(entry.strip(), strict=False):
                return True
    return False


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
    return NOTHING_LISTENS if isinstance(cause, ConnectionRefusedError) else ""


def _late(cause: BaseException) -> str:
    return "no answer in time" if isinstance(cause, TimeoutError) else ""
