"""The colours and what they mean: one hex value, one place, for the light page and the dark one.

Blue is the model, orange the gap, rose an error, grey the rest; people (HLP) get
ink and a shape instead of a hue. Colour alone never carries a meaning: an error
also has a cross, a sign or a position, because rose and grey come close for
some eyes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme, as `#RRGGBB`.

    Text roles (ink, quiet, model, gap, error) reach a WCAG contrast of 4.5 on
    page and panel, marks 3; ink is readable on every tint.
    """

    page: str
    panel: str
    """Sidebar, inputs, hovered rows: a step away from the page."""
    line: str
    """Hairlines and grid lines; decoration, never the only sign of anything."""
    ink: str
    """Text, and people."""
    quiet: str
    """Captions, margins, axes."""
    faint: str
    """Marks that stand back; never text."""
    model: str
    """The model, and what is selected, focused or a link."""
    model_soft: str
    gap: str
    """Gap and potential, as text."""
    gap_fill: str
    """Gap and potential, as a bar or an area, on the page."""
    gap_soft: str
    error: str
    error_soft: str
    rest: str
    """The rest of the data, baselines, evidence of nothing."""
    heat: str
    """The deepest tint of an error matrix; ink is still readable on it."""
    sequential: tuple[str, ...]
    """Ten steps of the model's blue, from the page outwards."""
    diverging: tuple[str, ...]
    """Ten steps from error to model."""

    @property
    def categories(self) -> tuple[str, ...]:
        """Colours for groups without a meaning of their own, in the order to take them."""
        return (self.model, self.gap_fill, self.ink, self.error, self.rest, self.faint)


LIGHT = Palette(
    page="#FFFFFF",
    panel="#F6F6F3",
    line="#E3E3DE",
    ink="#1A1C1F",
    quiet="#5C6168",
    faint="#8A8F96",
    model="#1F5FA8",
    model_soft="#E6EEF8",
    gap="#A84B08",
    gap_fill="#CF7D17",
    gap_soft="#FCF1DF",
    error="#B81458",
    error_soft="#FBEAF1",
    rest="#686E76",
    heat="#F0A3C0",
    sequential=(
        "#F2F6FB",
        "#E0EAF6",
        "#C9DAEF",
        "#AFC8E6",
        "#92B3DB",
        "#739CCE",
        "#5585C0",
        "#3A70B3",
        "#1F5FA8",
        "#174A85",
    ),
    diverging=(
        "#B81458",
        "#CB4A7F",
        "#DD80A5",
        "#EBB3CA",
        "#F4E3EA",
        "#E6EEF8",
        "#B5CDEA",
        "#81A8D6",
        "#4C82BF",
        "#1F5FA8",
    ),
)

DARK = Palette(
    page="#141618",
    panel="#1C1F22",
    line="#2F3439",
    ink="#ECEDEF",
    quiet="#A3A9B1",
    faint="#737A83",
    model="#7DB3F2",
    model_soft="#1B2B3F",
    gap="#F0B45A",
    gap_fill="#C9852A",
    gap_soft="#33260F",
    error="#FF7FAE",
    error_soft="#3A1A28",
    rest="#8B929B",
    heat="#8E3259",
    sequential=(
        "#18202A",
        "#1B2B3F",
        "#203854",
        "#27476B",
        "#305884",
        "#3C6B9F",
        "#4B80B9",
        "#6098D3",
        "#7DB3F2",
        "#A8CDF8",
    ),
    diverging=(
        "#FF7FAE",
        "#D0648E",
        "#A04C6E",
        "#703750",
        "#3D2430",
        "#1F2E40",
        "#31507A",
        "#4A72A8",
        "#6292CD",
        "#7DB3F2",
    ),
)
