"""The look, handed to the two who draw it: Streamlit's settings and Altair's config, both made from the palette.

`.streamlit/config.toml` is written from here, so that `streamlit run app.py` and
`slicer serve` cannot drift apart:

    python -m slicer.ui.theme
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from slicer.palette import DARK, LIGHT, Palette

SANS: Final = "IBM Plex Sans"
MONO: Final = "IBM Plex Mono"

_LATIN: Final = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
_LATIN_EXT: Final = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,"
    "U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)
_FACES: Final = (
    (SANS, "ibm-plex-sans-latin", (400, 500, 600), _LATIN),
    (SANS, "ibm-plex-sans-latin-ext", (400, 500, 600), _LATIN_EXT),
    (MONO, "ibm-plex-mono-latin", (400, 500), _LATIN),
)


def streamlit_settings() -> dict[str, object]:
    """Every setting the dashboard needs, by Streamlit's dotted names.

    The form `st.App.run(config=...)` takes as it is: lists, and tables for
    `theme.fontFaces`, included. A fresh dictionary each time, because Streamlit
    rewrites the font tables it is given.
    """
    return {
        "server.address": "127.0.0.1",
        "server.allowedHosts": ["127.0.0.1", "localhost"],  # without it a foreign page could rebind its name to us
        "server.enableStaticServing": True,
        "server.maxUploadSize": 200,
        "server.showEmailPrompt": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorLinks": False,
        "runner.magicEnabled": False,  # a page says what it shows
        **_type(),
        **_colours("theme.light", LIGHT),
        **_colours("theme.dark", DARK),
    }


def _type() -> dict[str, object]:
    """Fonts, sizes and spaces: the same by day and by night."""
    sans = f"'{SANS}', system-ui, sans-serif"
    return {
        "theme.font": sans,
        "theme.headingFont": sans,
        "theme.codeFont": f"'{MONO}', ui-monospace, monospace",
        "theme.fontFaces": _font_faces(),
        "theme.baseFontSize": 14,
        "theme.baseFontWeight": 400,
        "theme.headingFontSizes": ["1.57rem", "1.22rem", "1.07rem", "1rem", "0.93rem", "0.86rem"],
        "theme.headingFontWeights": [600, 600, 600, 600, 500, 500],
        "theme.codeFontSize": "0.93rem",
        "theme.metricValueFontSize": "1.85rem",
        "theme.metricValueFontWeight": 500,
        "theme.baseRadius": "5px",
        "theme.buttonRadius": "5px",
        "theme.showWidgetBorder": True,
        "theme.showSidebarBorder": True,
        "theme.paddingTop": "0.5rem",
        "theme.paddingBottom": "3rem",
        "theme.sidebar.headingFontSizes": ["1.07rem", "1rem", "0.93rem"],
        "theme.sidebar.headingFontWeights": [600, 600, 600],
    }


def _font_faces() -> list[dict[str, str]]:
    return [
        {
            "family": family,
            "url": f"app/static/{file}-{weight}-normal.woff2",
            "weight": str(weight),
            "style": "normal",
            "unicodeRange": characters,
        }
        for family, file, weights, characters in _FACES
        for weight in weights
    ]


def _colours(section: str, p: Palette) -> dict[str, object]:
    """One palette in Streamlit's names.

    The named colours carry our meanings, so that `:orange[gap]`, a badge and a
    component's `--st-orange-color` agree: blue is the model, orange the gap, red
    an error, gray the rest and quiet text.
    """
    options: dict[str, object] = {
        "primaryColor": p.model,
        "backgroundColor": p.page,
        "secondaryBackgroundColor": p.panel,
        "textColor": p.ink,
        "borderColor": p.line,
        "linkColor": p.model,
        "codeTextColor": p.ink,
        "codeBackgroundColor": p.panel,
        "dataframeBorderColor": p.line,
        "dataframeHeaderBackgroundColor": p.page,
        "dataframeHeaderTextColor": p.quiet,
        "blueColor": p.model,
        "blueTextColor": p.model,
        "blueBackgroundColor": p.model_soft,
        "orangeColor": p.gap_fill,
        "orangeTextColor": p.gap,
        "orangeBackgroundColor": p.gap_soft,
        "redColor": p.error,
        "redTextColor": p.error,
        "redBackgroundColor": p.error_soft,
        "grayColor": p.rest,
        "grayTextColor": p.quiet,
        "grayBackgroundColor": p.panel,
        "chartCategoricalColors": list(p.categories),
        "chartSequentialColors": list(p.sequential),
        "chartDivergingColors": list(p.diverging),
        "sidebar.backgroundColor": p.panel,
        "sidebar.secondaryBackgroundColor": p.line,
        "sidebar.textColor": p.ink,
        "sidebar.borderColor": p.line,
    }
    return {f"{section}.{name}": value for name, value in options.items()}


def config_toml() -> str:
    """The settings as the text of `.streamlit/config.toml`."""
    tables: dict[str, list[str]] = {}
    for dotted, value in streamlit_settings().items():
        table, name = dotted.rsplit(".", 1)
        tables.setdefault(table, []).append(f"{name} = {_toml(value)}")
    head = "# Written by `python -m slicer.ui.theme`; the colours come from slicer/palette.py.\n"
    return head + "".join(f"\n[{table}]\n" + "\n".join(lines) + "\n" for table, lines in tables.items())


def _toml(value: object) -> str:
    match value:
        case Mapping():
            return "{ " + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + " }"
        case [Mapping(), *_]:
            return "[\n" + "".join(f"  {_toml(item)},\n" for item in value) + "]"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case _:
            return json.dumps(value)  # a string, number or boolean is written the same in both


def palette() -> Palette:
    """The palette of the theme the reader sees now."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def chart_config(p: Palette) -> dict[str, object]:
    """Altair's config: no frame, no legend title, quiet axes, our type and our blue."""
    letters = {"labelFont": SANS, "titleFont": SANS, "labelFontSize": 12, "labelColor": p.quiet}
    return {
        "background": p.page,  # a picture that is taken along keeps it
        "font": SANS,
        "padding": {"left": 0, "right": 0, "top": 0, "bottom": 0},
        "view": {"stroke": None},
        "axis": {
            **letters,
            "titleFontSize": 12,
            "titleFontWeight": 400,
            "titleColor": p.quiet,
            "gridColor": p.line,
            "domainColor": p.line,
            "tickColor": p.line,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "axisX": {"titleAlign": "left", "titleAnchor": "start"},
        "axisY": {"grid": False},
        "header": {**letters, "title": None},
        "legend": {**letters, "title": None, "orient": "top"},
        "title": {
            "font": SANS,
            "fontSize": 14,
            "fontWeight": 600,
            "color": p.ink,
            "anchor": "start",
            "frame": "group",
            "offset": 14,
            "subtitleFont": SANS,
            "subtitleFontSize": 12,
            "subtitleColor": p.quiet,
            "subtitlePadding": 5,
        },
        "text": {"font": SANS, "fontSize": 12, "color": p.ink},
        "bar": {"color": p.model},
        "line": {"color": p.model},
        "point": {"color": p.model, "filled": False, "size": 62, "strokeWidth": 1.6, "opacity": 1},
        "rule": {"color": p.rest},
        "range": {
            "category": list(p.categories),
            "ordinal": list(p.sequential),
            "ramp": list(p.sequential),
            "diverging": list(p.diverging),
        },
    }


if __name__ == "__main__":
    path = Path(__file__).parents[2] / ".streamlit" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(config_toml(), encoding="utf-8")
    print(f"wrote {path}")
