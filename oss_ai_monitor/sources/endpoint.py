"""Where the Hub answers, and whether it does: asked once, before a client that retries for half a minute."""

import os
import threading
from urllib.parse import urlsplit

import requests

from oss_ai_monitor.sources.table import Unreachable

PATIENCE = 3.0
"""Seconds in which the Hub must answer the one probe."""


def reachable() -> str:
    """The Hub's address (`HF_ENDPOINT`), once something has answered there. Raises Unreachable."""
    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
        raise Unreachable(f"HF_HUB_OFFLINE forbids asking {shown(endpoint)}; unset it, or give the files with --from")
    if not endpoint.startswith(("https://", "http://")):
        raise Unreachable(
            f"HF_ENDPOINT is {shown(endpoint)}: it must begin with https://, as in https://huggingface.co"
        )
    reach(endpoint)
    return endpoint


def reach(endpoint: str, patience: float = PATIENCE) -> None:
    """Ask once whether anything answers at an address, name resolution included. Raises Unreachable."""
    said: list[str] = []

    def ask() -> None:
        try:
            requests.head(endpoint, timeout=patience, allow_redirects=False)
            said.append("")
        except (requests.RequestException, ValueError) as error:
            said.append(type(error).__name__)

    asking = threading.Thread(target=ask, daemon=True)  # requests' timeout spans neither DNS nor several addresses
    asking.start()
    asking.join(patience)
    if said != [""]:
        reason = said[0] if said else f"silent for {patience:g} s"
        raise Unreachable(
            f"{shown(endpoint)} does not answer ({reason}); check the network or HF_ENDPOINT, "
            "or give the files with --from"
        )


def shown(endpoint: str) -> str:
    """An address without the name and password that it may carry."""
    parts = urlsplit(endpoint)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
