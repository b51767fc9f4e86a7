"""Security headers for all answers: the Content-Security-Policy is as strict as Bokeh's scripts allow.

Bokeh makes functions from strings (CustomJS), Panel loads components from blobs that it made, and both write styles
into the page. Nothing is loaded from another host, and no script runs that this server did not send: where a stranger's
text became markup, its scripts would not run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NONE = "'none'"
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
"""Headers of every answer."""
ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+", re.ASCII)
_INERT = {"default-src": NONE, "base-uri": NONE, "form-action": NONE}
_SCRIPT = re.compile(r"<script(?=[\s>])", re.IGNORECASE)


def origins(sites: Sequence[str]) -> tuple[str, ...]:
    """Return the sites that may show embeds in a frame. Raises ValueError for anything but an origin, `*` included."""
    for site in sites:
        if not ORIGIN.fullmatch(site):
            raise ValueError(f"--embed-origin {site}: expected scheme and host, as in https://example.org")
    return tuple(sites)


def inert() -> str:
    """Return the policy for answers that are no page: files, metrics, errors."""
    return _header(_INERT | {"frame-ancestors": NONE})


def document() -> str:
    """Return the policy for a page to read: its own style, nothing else."""
    return _header(_INERT | {"style-src": "'unsafe-inline'", "frame-ancestors": NONE})


def form() -> str:
    """Return the policy for the login page: its own style and form, nothing else."""
    return _header(_INERT | {"style-src": "'unsafe-inline'", "form-action": "'self'", "frame-ancestors": NONE})


def page(nonce: str, frames: Sequence[str] = ()) -> str:
    """Return the policy for a page with charts; `frames` are the origins that may show it in a frame."""
    return _header(
        _INERT
        | {
            "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval' blob:",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": "'self' blob:",
            "frame-ancestors": " ".join(frames) or NONE,
        }
    )


def add_nonce(html: str, nonce: str) -> str:
    """Add the nonce to the scripts of a page; all of them were written by this server."""
    return _SCRIPT.sub(f'<script nonce="{nonce}"', html)


def _header(rules: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in rules.items())
