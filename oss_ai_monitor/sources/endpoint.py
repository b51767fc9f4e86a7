"""The Hub's address: what `HF_ENDPOINT` may be, and every address below it. Only this module joins and parses them.

A mirror may answer below a path, as a repository manager does, and may pass on what the Hub wrote: links and redirects
that name the Hub's own host, or its paths without the mirror's. They are asked of the mirror all the same.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import requests

from oss_ai_monitor.sources.table import Unreachable

DEFAULT = "https://huggingface.co"
PROBE_SECONDS = 3.0
"""Seconds in which the Hub must answer the one probe."""
HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
HUB_PATH = re.compile(r"/(api|datasets)/|(/[^/]+){1,2}/resolve/")
"""The start of a path as the Hub writes it; a mirror's own files have others."""
EXPECTED = f"expected an address such as {DEFAULT} or https://mirror.example.org/path"


def reachable() -> str:
    """Return the Hub's address (`HF_ENDPOINT`) after a successful probe. Raises Unreachable."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip() or DEFAULT
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
        raise Unreachable(f"HF_HUB_OFFLINE forbids asking {_shown(endpoint)}; unset it")
    endpoint = normalized(endpoint)
    check_reachable(endpoint)
    return endpoint


def normalized(endpoint: str) -> str:
    """Return an address of the Hub without a slash at its end, its scheme and host in lower case.

    Raises Unreachable for what is no address of http or https, and for one with a query or a fragment.
    """
    problem = ""
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018 - raises ValueError if it is no port
    except ValueError:
        problem = "it is no address"
    else:
        if parts.scheme not in ("http", "https"):
            problem = "it must begin with https://"
        elif not parts.hostname:
            problem = "it names no host"
        elif parts.query or parts.fragment:
            problem = "it ends with a query or a fragment"
    if problem:
        raise Unreachable(f"HF_ENDPOINT is {_shown(endpoint)}: {problem}; {EXPECTED}")
    user, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{user}{at}{host.lower()}{parts.path.rstrip('/')}"


def check_reachable(endpoint: str, timeout: float = PROBE_SECONDS) -> None:
    """Probe an address once, name resolution included. Raises Unreachable if nothing answers in time."""
    outcomes: list[str] = []

    def probe() -> None:
        try:
            requests.head(endpoint, timeout=timeout, allow_redirects=False)
            outcomes.append("")
        except (requests.RequestException, ValueError) as error:
            outcomes.append(type(error).__name__)

    thread = threading.Thread(target=probe, daemon=True)  # requests' timeout spans neither DNS nor several addresses
    thread.start()
    thread.join(timeout)
    if outcomes != [""]:
        reason = outcomes[0] if outcomes else f"silent for {timeout:g} s"
        raise Unreachable(
            f"{without_credentials(endpoint)} does not answer ({reason}); check the network or HF_ENDPOINT"
        )


def address(endpoint: str, path: str) -> str:
    """Return the address of one of the Hub's paths, such as /api/models?limit=1."""
    return f"{endpoint.rstrip('/')}/{path.lstrip('/')}"


def public_address(endpoint: str, path: str) -> str:
    """Return the address of one of the Hub's paths, without user name and password, to be shown and landed."""
    return without_credentials(address(endpoint, path))


def without_credentials(address: str) -> str:
    """Return an address without the user name and password that it may contain."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def credentials(address: str) -> tuple[str, str] | None:
    """Return the user name and password in an address; None if it has none."""
    parts = urlsplit(address)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def origin(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port, which decide who gets the token."""
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def redirected(endpoint: str, requested: str, location: str) -> str:
    """Return the address to which a redirect leads: the Hub's own paths are asked below the endpoint.

    Files elsewhere, and another host of the mirror, are taken as given. Raises ValueError for what is no address.
    """
    target = urlsplit(urljoin(requested, location))
    path = target.path
    if target.hostname == urlsplit(endpoint).hostname and _is_below(endpoint, path):
        path = path.removeprefix(urlsplit(endpoint).path)
    elif target.hostname not in (urlsplit(endpoint).hostname, *HUB_HOSTS) or not HUB_PATH.match(path):
        return target.geturl()
    moved = address(endpoint, target._replace(scheme="", netloc="", path=path).geturl())
    return target.geturl() if moved == requested else moved  # else it moves to another host or to https


def next_path(endpoint: str, requested: str, answered: str, link: str) -> str:
    """Return the path of the next page below the endpoint, whatever host and path before it the link names.

    `requested` is the path of this page, `answered` the address that answered after redirects. Raises ValueError for a
    link to anything but a page of the same resource.
    """
    following = urlsplit(link)
    resources = [requested.partition("?")[0]]
    if _is_below(endpoint, urlsplit(answered).path):  # a renamed repository answers under its new name
        resources.append(urlsplit(answered).path.removeprefix(urlsplit(endpoint).path))
    for resource in resources:
        if unquote(following.path).rstrip("/").endswith(unquote(resource).rstrip("/")):
            return f"{resource}?{following.query}"
    raise ValueError(f"its next page is {following.path[:100]!r}")


@contextmanager
def client_below(endpoint: str) -> Iterator[None]:
    """Keep the official client below the endpoint, too: it would follow a mirror's redirects to the Hub itself."""
    from huggingface_hub import get_session

    def rewrite(response: Any) -> None:
        if response.has_redirect_location:
            try:
                location = redirected(endpoint, str(response.request.url), response.headers["Location"])
            except ValueError as error:
                raise OSError("redirects to what is no address") from error
            response.headers["Location"] = location

    client = get_session()
    hooks = client.event_hooks
    client.event_hooks = {**hooks, "response": [*hooks.get("response", []), rewrite]}
    try:
        yield
    finally:
        client.event_hooks = hooks


def _is_below(endpoint: str, path: str) -> bool:
    return f"{path}/".startswith(f"{urlsplit(endpoint).path}/")


def _shown(endpoint: str) -> str:
    """Return an address that may be malformed, without all that may be a password."""
    return endpoint.rpartition("@")[2]
