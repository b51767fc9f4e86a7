"""The theme of the page, light and dark, for panel-material-ui."""

from __future__ import annotations

from pathlib import Path
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
        # the drawer is hidden until the page knows whether the screen is narrow
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
    "& main": {"backgroundColor": "background.default"},
    "& > nav": {"order": -1},  # landmarks.js moves the filters after the content, for the keyboard
    "& .sidebar": {"backgroundImage": "none", "borderRight": "1px solid", "borderColor": "divider"},
    "@media (prefers-reduced-motion: reduce)": {
        "&, & *": {"transition": "none !important", "animation": "none !important"}
    },
    "@media (max-width: 700px)": {
        "& header .MuiToolbar-root": {"paddingLeft": "14px", "paddingRight": "6px"},
        "& header .MuiIconButton-edgeStart": {"marginRight": "6px"},
    },
}

# Pages have no filters: the drawer and its button are hidden, whether it is open or closed.
NO_DRAWER: dict[str, Any] = {
    "& nav": {"display": "none"},
    "& main": {**PAGE["& main"], "marginLeft": "0 !important"},
    "& header .MuiIconButton-edgeStart": {"display": "none"},
}

# Cards and texts are plain HTML with the library's CSS variables, because its components are far slower.
QUIET = "color: var(--mui-palette-text-secondary);"
_PAGE_FONT = f"--page-font: {FONT};"
_STILL = """@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important; }
}"""


def stylesheet(*files: Path) -> str:
    """Return the rules of CSS files for one component, in which `var(--page-font)` is the page's font."""
    texts = (file.read_text(encoding="utf-8") for file in files)
    return "\n".join([f":host {{ {_PAGE_FONT} }}", *texts, _STILL])


HERE = Path(__file__).parent
DIALOG = HERE / "dialog.css"
CARD = stylesheet(HERE / "card.css")
ABBR = HERE / "abbr.css"
TABLE_ROLES = HERE / "table_roles.js"
BANNER = stylesheet(HERE / "banner.css")
STATUS_CHIP = stylesheet(HERE / "status_chip.css")


def text_pane(style: str, rules: str = "", **layout: Any) -> pn.pane.HTML:
    """Return a pane for text, given to it as HTML; `style` is CSS for the whole, `rules` for its elements."""
    stylesheets = [f":host {{ {_PAGE_FONT} font-family: var(--page-font); {style} }} {rules}"]
    return pn.pane.HTML("", stylesheets=stylesheets, sizing_mode="stretch_width", **layout)
