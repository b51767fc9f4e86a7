"""The look of all figures: fonts, sizes and the colours of the light theme.

In the page, chart.js sets the colours anew, from the page's theme; reports and embeds stay light.
"""

from __future__ import annotations

from bokeh.themes import Theme

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
LABEL_FONT = "helvetica, arial, sans-serif"  # of names inside a plot: narrower, so that more of them fit
INK, PALE, LINE, PAPER = "#1B1E23", "#646B75", "#E3E6EA", "#FFFFFF"

LOOK = Theme(
    json={
        "attrs": {
            "Plot": {"background_fill_color": PAPER, "border_fill_color": PAPER},
            "Axis": {
                "axis_line_alpha": 0, "major_tick_line_alpha": 0, "minor_tick_line_alpha": 0,
                "major_label_text_color": PALE, "major_label_text_font": FONT,
                "major_label_text_font_size": "0.925em", "major_label_text_font_style": "normal",
                "axis_label_text_color": INK, "axis_label_text_font": FONT,
                "axis_label_text_font_size": "1em", "axis_label_text_font_style": "normal",
                "axis_label_standoff": 12,
            },
            "Grid": {"grid_line_color": LINE},
            "Legend": {
                "background_fill_alpha": 0, "label_text_color": INK, "label_text_font": FONT,
                "label_text_font_size": "0.95em", "label_text_font_style": "normal",
                "spacing": 8, "label_standoff": 8, "glyph_width": 14, "glyph_height": 14,
            },
            "ColorBar": {"major_label_text_font": FONT},
            "Title": {"text_color": INK, "text_font": FONT},
        }
    }
)  # fmt: skip
