"""The anatomy of a page: the finding on top, titled charts, the method as a footnote, and what fills an empty place.

Every sentence here is Markdown, so that it can colour a word (`:orange[gap]`).
Names that come from a person's files go through `plain` first.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import altair as alt
import streamlit as st

from slicer.errors import SlicerError
from slicer.ui import assets
from slicer.ui.clicks import in_the_browser
from slicer.ui.theme import chart_config, palette

_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_REWRITTEN: Final = re.compile(
    r"""
      (?<=:)(?=\S)                           # :smile:, :material/home:, :red[, https://
    | (?<=www)(?=\.) | (?<=\S)(?=@)          # links made of bare addresses
    | (?<=(?<!\S)[-<>~])(?=[-=>]>?(?!\S))    # a lone ->, <-, <->, --, >=, <=, ~=
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD_JOINER: Final = "\u2060"  # has no width and allows no line break


def plain(text: str) -> str:
    r"""Text as Markdown that shows exactly that text, on one line.

    Backslashes stop Markdown, HTML, formulas and Streamlit's colours. Emoji and
    icon names, bare links and lone arrows are replaced after the Markdown is
    read, where no backslash helps: an invisible character keeps them apart.

    >>> print(plain("**AT&T** <b> $5"))
    \*\*AT\&T\*\* \<b\> \$5
    """
    one_line = " ".join(text.split())
    return _PUNCTUATION.sub(r"\\\g<0>", _REWRITTEN.sub(_WORD_JOINER, one_line))


def finding(sentence: str, aside: str | None = None) -> None:
    """The page's answer as its heading, computed from the numbers, and one quiet line that qualifies it."""
    with st.container(gap=None):
        st.title(sentence, anchor=False)
        if aside:
            st.markdown(f":gray[{aside}]")


STACKED: Final = "stacked-where-narrow"
"""How the key begins of a container whose columns stand one under the other where the page is narrow."""


def page_style() -> None:
    """What Streamlit has no setting for: paddings, a line over the foot of a page, letters readable on pale blue,
    columns one under the other, and passing words at the foot of the sidebar, where they cover nothing."""
    rules = (
        ".stMainBlockContainer { padding-left: 2.6rem; padding-right: 2.6rem; max-width: 1480px }"
        "[data-testid=stBottomBlockContainer] { padding: 0.6rem 2.6rem 1rem; max-width: 1480px }"
        f".stBottom > div {{ border-top: 1px solid {palette().line} }}"
        "[data-testid=stToastContainer] { inset: auto auto 0.8rem 0.8rem; width: 12.6rem }"
        "[data-testid=stToast] { width: 100%; min-width: 0 }"
        f"@media (min-width: 641px) and (max-width: 1200px) {{ [class*=st-key-{STACKED}] [data-testid=stColumn]"
        " { min-width: calc(100% - 1.5rem) }"
        " [data-testid=stColumn] [data-testid=stColumn] { min-width: 0 !important } }"
        f"[data-testid^='stBaseButton-primary'], .stMultiSelect [data-tag] * {{ color: {palette().page} }}"
    )
    st.html(f"<style>{rules}</style>")


def warnings(sentences: Sequence[str]) -> None:
    """What to mind about the data, a quiet line each."""
    if sentences:
        st.markdown("  \n".join(f":small[:gray[{plain(in_the_browser(sentence))}]]" for sentence in sentences))


def chart_title(finding: str, how: str) -> None:
    """What a chart shows, as a sentence, over a quiet line on how to read it."""
    with st.container(gap=None):
        st.subheader(finding, anchor=False)
        st.markdown(f":small[:gray[{how}]]")


def footnote(text: str, terms: str | None = None) -> None:
    """Method and assumptions, at the foot of the page.

    Args:
        terms: The same in the field's terms, on a question mark behind it.
    """
    st.space("small")
    st.markdown(f":small[:gray[{text}]]", help=terms)


def empty(
    sentence: str,
    *,
    key: str,
    action: str,
    on_click: Callable[[], None] | None = None,
    sample: str | None = None,
    on_sample: Callable[[], None] | None = None,
) -> Literal["action", "sample"] | None:
    """What belongs here, in the place of the chart: one sentence, one button, one link to a sample.

    Args:
        sentence: What will stand here once there is data.
        key: Tells this empty place from others on the page.
        action: The words on the button that gets the reader there.
        on_click: Runs when the button is pressed, before the page runs again.
        sample: The words on the link to sample data; without them there is no link.
        on_sample: Runs when the link is pressed, before the page runs again.

    Returns:
        Which of the two was just pressed.
    """
    pressed: Literal["action", "sample"] | None = None
    st.space("small")
    with st.container(gap="small"):
        st.markdown(f":gray[{sentence}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(action, key=f"{key}-action", type="primary", on_click=on_click):
                pressed = "action"
            if sample and st.button(sample, key=f"{key}-sample", type="tertiary", on_click=on_sample):
                pressed = "sample"
    return pressed


def show(chart: alt.TopLevelMixin, key: str | None = None, **options: Any) -> Any:
    """An Altair chart in our config and the reader's theme; options and result are those of `st.vega_lite_chart`.

    The tests hold every chart against Vega-Lite's schema; doing so again at every run would take much of its time.
    """
    spec = {**chart.to_dict(validate=False), "config": chart_config(palette())}
    return st.vega_lite_chart(
        spec,
        key=key,
        theme=None,
        **{"width": "stretch", **options},
    )


_SAID = "said"


def say(sentence: str) -> None:
    """A passing word on the page that comes next; said now, it would go with this one."""
    st.session_state.setdefault(_SAID, []).append(sentence)


def say_what_waits() -> None:
    """Say what the page before had to say."""
    for sentence in st.session_state.pop(_SAID, []):
        st.toast(plain(sentence), duration="long")


_theme_watch = st.components.v2.component(
    "slicer.theme_watch",
    html="<i></i>",
    js=assets("history.js", "theme_watch.js"),
)


def watch_theme() -> None:
    """Run the page again when the reader switches between light and dark, or the server was started anew.

    Widgets and components change colour by themselves; charts get theirs from
    Python and would keep the old ones. A tab that outlives its server finds a new
    one that knows neither its token nor its fragments until the page has run.
    """
    _theme_watch(key="slicer-theme-watch", height=1, on_switched_change=lambda: None)


def refuse(error: SlicerError) -> None:
    """What went wrong in place of the page: its title as the heading, and what to do about it."""
    finding(plain(error.title))
    refusal(error)


def refusal(error: SlicerError) -> None:
    """What went wrong as a part of the page, in words."""
    lines = error.hint.splitlines()
    hint = f"  \n{plain(in_the_browser(error.hint))}" if len(lines) == 1 else ""
    st.error(f"{plain(str(error))}{hint}")
    if len(lines) > 1:
        st.code(error.hint, language=None)
