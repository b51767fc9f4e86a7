"""The Hub's address, probed once before use: the official client would retry for half a minute."""

import os
import threading
from urllib.parse import urlsplit

import requests

from oss_ai_monitor.sources.table import Unreachable

PROBE_SECONDS = 3.0
"""Seconds in which the Hub must answer the one probe."""


def reachable() -> str:
    """Return the Hub's address (`HF_ENDPOINT`) after a successful probe. Raises Unreachable."""
    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
        raise Unreachable(
            f"HF_HUB_OFFLINE forbids asking {without_credentials(endpoint)}; unset it, or give the files with --from"
        )
    if not endpoint.startswith(("https://", "http://")):
        raise Unreachable(
            f"HF_ENDPOINT is {without_credentials(endpoint)}: it must begin with https://, as in https://huggingface.co"
        )
    check_reachable(endpoint)
    return endpoint


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
            f"{without_credentials(endpoint)} does not answer ({reason}); check the network or HF_ENDPOINT, "
            "or give the files with --from"
        )


def without_credentials(endpoint: str) -> str:
    """Return an address without the user name and password that it may contain."""
    parts = urlsplit(endpoint)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
