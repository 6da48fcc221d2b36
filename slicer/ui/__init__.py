"""The dashboard: the only place beside pages/ that knows Streamlit."""

from pathlib import Path
from typing import Final

_ASSETS: Final = Path(__file__).parent / "assets"


def assets(*names: str) -> str:
    """The text of files in `assets/`, one after the other.

    A component's script is one module that cannot import its neighbours; what
    several share stands in files of its own and is joined here.
    """
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)
