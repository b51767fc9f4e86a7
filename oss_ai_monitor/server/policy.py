"""What a browser may do with an answer: headers for every one of them, as strict as Bokeh's scripts allow.

Bokeh makes functions of texts (CustomJS), Panel loads components from blobs that it made, both write styles into the
page. Nothing comes from another host, and no script runs that this server did not send: text of a stranger that became
markup would be markup without scripts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NOBODY = "'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
        " midi=(), payment=(), usb=(), xr-spatial-tracking=(), clipboard-read=(), clipboard-write=(self)"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""Of every answer, whatever it holds."""
ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+", re.ASCII)
_INERT = {"default-src": NOBODY, "base-uri": NOBODY, "form-action": NOBODY}
_SCRIPT = re.compile(r"<script(?=[\s>])", re.IGNORECASE)


def origins(given: Sequence[str]) -> tuple[str, ...]:
    """The sites that may show an embed in a frame. Raises ValueError for what is no origin, `*` too."""
    for one in given:
        if not ORIGIN.fullmatch(one):
            raise ValueError(f"--embed-origin {one}: expected scheme and host, as in https://example.org")
    return tuple(given)


def inert() -> str:
    """For what is no page: files, figures, errors."""
    return _said(_INERT | {"frame-ancestors": NOBODY})


def form() -> str:
    """For the page that asks for a password: its own style, its own form, nothing else."""
    return _said(_INERT | {"style-src": "'unsafe-inline'", "form-action": "'self'", "frame-ancestors": NOBODY})


def page(nonce: str, frames: Sequence[str] = ()) -> str:
    """For a page with pictures; `frames`: the origins that may show it in a frame, none at first."""
    return _said(
        _INERT
        | {
            "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval' blob:",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": "'self' blob:",
            "frame-ancestors": " ".join(frames) or NOBODY,
        }
    )


def signed(html: str, nonce: str) -> str:
    """A page of ours with its scripts marked as such; only what the server itself wrote into it is marked."""
    return _SCRIPT.sub(f'<script nonce="{nonce}"', html)


def _said(rules: dict[str, str]) -> str:
    return "; ".join(f"{what} {who}" for what, who in rules.items())
