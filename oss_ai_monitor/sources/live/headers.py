"""How requests introduce themselves to the Hub: the User-Agent, and who asks."""

import os
from collections.abc import Callable
from importlib import metadata

import requests

from oss_ai_monitor.sources.endpoint import credentials
from oss_ai_monitor.version import __version__


def user_agent() -> str:
    """Return the User-Agent: name, version, the project's address, and the contact in `OSS_AI_MONITOR_CONTACT`."""
    try:
        urls = metadata.metadata("oss-ai-monitor").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    contacts = [url.partition(", ")[2] for url in urls[:1]]
    if contact := "".join(filter(str.isprintable, os.environ.get("OSS_AI_MONITOR_CONTACT", ""))).strip():
        contacts.append(contact.encode("ascii", "ignore").decode())
    return f"oss-ai-monitor/{__version__}" + (f" (+{'; +'.join(contacts)})" if contacts else "")


def authorization(endpoint: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Return what signs a request: the user name and password in the address of a mirror, else the Hub's token."""
    from huggingface_hub import get_token  # imported late: it does not survive an HF_ENDPOINT that is no address

    if names := credentials(endpoint):
        return requests.auth.HTTPBasicAuth(*(name.encode() for name in names))  # as text it takes Latin-1 only
    token = get_token()

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign
