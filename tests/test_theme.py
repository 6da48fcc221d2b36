"""The palette is readable, and everything that carries colours is made from it."""

import re
import tomllib
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import altair as alt
import pytest
from streamlit import config

from slicer.palette import DARK, LIGHT, Palette
from slicer.ui import theme

ROOT = Path(__file__).parents[1]
UI = ROOT / "slicer" / "ui"
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b")

both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_agrees_with_the_definition() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@both
@pytest.mark.parametrize("surface", ["page", "panel"])
@pytest.mark.parametrize("role", ["ink", "quiet", "model", "gap", "error"])
def test_text_is_readable(palette: Palette, role: str, surface: str) -> None:
    assert contrast(getattr(palette, role), getattr(palette, surface)) >= 4.5


@both
@pytest.mark.parametrize("surface", ["page", "panel"])
@pytest.mark.parametrize("role", ["ink", "model", "gap", "error", "rest", "faint"])
def test_marks_are_visible(palette: Palette, role: str, surface: str) -> None:
    """A mark needs 3 to be told from what lies under it (WCAG 1.4.11)."""
    assert contrast(getattr(palette, role), getattr(palette, surface)) >= 3


@both
def test_gap_bars_are_visible_on_the_page(palette: Palette) -> None:
    """They stand nowhere else; on the light panel they would reach only 2.9."""
    assert contrast(palette.gap_fill, palette.page) >= 3


@both
@pytest.mark.parametrize(
    ("text", "tint"),
    [
        ("ink", "model_soft"),
        ("ink", "gap_soft"),
        ("ink", "error_soft"),
        ("ink", "heat"),
        ("model", "model_soft"),
        ("gap", "gap_soft"),
        ("error", "error_soft"),
        ("quiet", "model_soft"),
        ("page", "model"),
    ],
)
def test_text_on_tints_is_readable(palette: Palette, text: str, tint: str) -> None:
    """Selected rows, badges, the deepest cell of an error matrix, a button's letters on its blue."""
    assert contrast(getattr(palette, text), getattr(palette, tint)) >= 4.5


@both
def test_colours_are_written_alike(palette: Palette) -> None:
    for value in astuple(palette):
        for colour in [value] if isinstance(value, str) else value:
            assert re.fullmatch("#[0-9A-F]{6}", colour)


def test_the_config_file_is_up_to_date() -> None:
    """`python -m slicer.ui.theme` writes it."""
    assert (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8") == theme.config_toml()


def test_the_config_file_says_what_is_handed_to_streamlit() -> None:
    """Both ways of starting the dashboard see the same settings."""
    tables = tomllib.loads(theme.config_toml())

    def flat(table: dict[str, object], prefix: str = "") -> dict[str, object]:
        pairs: dict[str, object] = {}
        for name, value in table.items():
            pairs |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
        return pairs

    assert flat(tables) == theme.streamlit_settings()


def test_streamlit_knows_every_setting() -> None:
    """`st.App.run(config=...)` refuses what it does not know; the file would only be warned about."""
    assert set(theme.streamlit_settings()) <= set(config._config_options_template)


def test_every_font_is_there() -> None:
    faces = theme.streamlit_settings()["theme.fontFaces"]
    assert isinstance(faces, list)
    for face in faces:
        assert (UI / "static" / Path(face["url"]).name).is_file()


def test_components_take_their_colours_from_the_theme() -> None:
    for file in filter(Path.is_file, (UI / "assets").rglob("*")):
        assert not HEX.findall(file.read_text(encoding="utf-8")), file.name


def test_components_never_write_markup() -> None:
    """Names and texts come from a person's files: they may become text, never HTML."""
    for file in (UI / "assets").rglob("*.js"):
        assert not re.search("innerHTML|outerHTML|insertAdjacentHTML", file.read_text(encoding="utf-8")), file.name


def test_the_mark_is_painted_from_the_light_palette() -> None:
    """An SVG file cannot ask the palette, so it is held to it."""
    mark = ElementTree.parse(UI / "static" / "mark.svg")
    painted = {node.get("fill", "").upper() for node in mark.iter() if node.get("fill")}
    assert painted <= {LIGHT.model, LIGHT.gap_fill, LIGHT.page, "#FFF"}


@pytest.mark.parametrize(("type_", "expected"), [("light", LIGHT), ("dark", DARK), (None, LIGHT)])
def test_the_palette_is_that_of_the_reader(
    monkeypatch: pytest.MonkeyPatch, type_: str | None, expected: Palette
) -> None:
    monkeypatch.setattr(theme.st, "context", SimpleNamespace(theme=SimpleNamespace(type=type_)))
    assert theme.palette() is expected


@both
def test_altair_accepts_the_chart_config(palette: Palette) -> None:
    chart = alt.Chart(alt.Data(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    spec = chart.configure(**theme.chart_config(palette)).to_dict()  # validates against the schema
    assert spec["config"]["axis"]["labelColor"] == palette.quiet
