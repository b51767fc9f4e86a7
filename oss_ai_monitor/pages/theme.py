"""How the page looks: its theme, light and dark, in the terms of the page library."""

from __future__ import annotations

from typing import Any

import panel as pn

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"

_SHAPE: dict[str, Any] = {
    "typography": {
        "fontFamily": FONT,
        "fontSize": 14,
        "button": {"textTransform": "none", "fontWeight": 500},
        "h3": {"fontSize": "1.2rem", "fontWeight": 700},
        "h4": {"fontSize": "1.5rem", "fontWeight": 700, "lineHeight": 1.25},
        "h6": {"fontSize": "1rem", "fontWeight": 700},
        "subtitle1": {"fontSize": "1rem", "lineHeight": 1.45},
        "caption": {"fontSize": "0.82rem", "lineHeight": 1.5},
    },
    "shape": {"borderRadius": 8},
    "components": {
        "MuiTab": {"styleOverrides": {"root": {"fontSize": "0.95rem", "minWidth": 0, "padding": "10px 12px"}}},
        "MuiInputBase": {"styleOverrides": {"root": {"fontSize": "0.88rem"}}},
        "MuiFormControlLabel": {"styleOverrides": {"label": {"fontSize": "0.88rem"}}},
        # a drawer over the page waits, unseen, until the page knows whether it is narrow
        "MuiDrawer": {"styleOverrides": {"modal": {"visibility": "var(--drawer-visibility, hidden) !important"}}},
        "MuiToggleButton": {"styleOverrides": {"root": {"textTransform": "none"}}},
    },
}

THEME: dict[str, Any] = {
    "light": _SHAPE
    | {
        "palette": {
            "primary": {"main": "#0B5CAD", "contrastText": "#FFFFFF"},
            "background": {"default": "#F6F7F9", "paper": "#FFFFFF"},
            "text": {"primary": "#1B1E23", "secondary": "#646B75"},
            "divider": "#E3E6EA",
        }
    },
    "dark": _SHAPE
    | {
        "palette": {
            "primary": {"main": "#7AB4FF", "contrastText": "#10151C"},
            "background": {"default": "#111418", "paper": "#181C22"},
            "text": {"primary": "#ECEEF1", "secondary": "#A0A7B1"},
            "divider": "#2A2F37",
        }
    },
}

PAGE: dict[str, Any] = {
    ".MuiAppBar-root": {"bgcolor": "primary.contrastText", "color": "primary.main"},
    "& header.MuiAppBar-root": {
        "backgroundColor": "background.paper",
        "backgroundImage": "none",
        "color": "text.primary",
        "boxShadow": "none",
        "borderBottom": "1px solid",
        "borderColor": "divider",
    },
    "& header .title": {"color": "var(--panel-on-background-color) !important", "whiteSpace": "nowrap"},
    "& main": {"backgroundColor": "background.default"},
    "& .sidebar": {"backgroundImage": "none", "borderRight": "1px solid", "borderColor": "divider"},
    "@media (max-width: 700px)": {
        "& header .title": {"fontSize": "0.92rem", "lineHeight": 1.2, "whiteSpace": "normal", "maxWidth": "130px"},
        "& header .MuiToolbar-root": {"paddingLeft": "14px", "paddingRight": "6px"},
        "& header .MuiIconButton-edgeStart": {"marginRight": "6px"},
    },
}

# On a page there is nothing to filter: neither the drawer nor its handle is there, open or closed as it may be.
NO_DRAWER: dict[str, Any] = {
    "& nav": {"display": "none"},
    "& main": {**PAGE["& main"], "marginLeft": "0 !important"},
    "& header .MuiIconButton-edgeStart": {"display": "none"},
}

# Cards and texts are plain HTML in the terms of the page library: a component of it for each costs both ends far more.
WORDS = f"font-family: {FONT};"
CARD = """
background-color: var(--mui-palette-background-paper); border: 1px solid var(--mui-palette-divider);
border-radius: 10px; overflow: hidden;
"""
QUIET = "color: var(--mui-palette-text-secondary);"

CHIP = f"""
{WORDS} {QUIET} font-size: 0.8125rem; line-height: 1.7; white-space: nowrap; padding: 0 7px;
border: 1px solid var(--mui-palette-divider); border-radius: 16px;
"""
ABBR = "abbr { text-decoration: underline dotted; text-underline-offset: 2px; cursor: help; }"

DIALOG = f"""
dialog {{
  {WORDS} box-sizing: border-box; width: min(600px, 100vw - 32px); max-height: calc(100% - 64px); padding: 16px 24px;
  border: 0; border-radius: 8px; color: var(--mui-palette-text-primary); line-height: 1.45; font-size: 1rem;
  background: var(--mui-palette-background-paper); box-shadow: 0 11px 40px rgb(0 0 0 / 35%);
}}
dialog::backdrop {{ background: rgb(0 0 0 / 50%); }}
dialog h2 {{ font-size: 1.2rem; margin: 0 40px 20px 0; }}
dialog p {{ margin: 0 0 8px; }}
.close {{ float: right; min-width: 0; padding: 0 10px; border: 0; font-size: 1.4rem; }}
"""

LOW_CHIP = f"""
span {{ {CHIP} display: inline-block; margin-bottom: 6px; }}
@media (min-width: 900.1px) {{ span {{ display: none; }} }}
"""


def text_pane(look: str, rules: str = "", **place: Any) -> pn.pane.HTML:
    """A place for a text, given to it as HTML; `look` is CSS of the whole, `rules` of what is in it."""
    return pn.pane.HTML("", stylesheets=[f":host {{ {WORDS} {look} }} {rules}"], sizing_mode="stretch_width", **place)
