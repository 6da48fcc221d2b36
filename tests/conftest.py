"""What several test files share."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("slicer", deadline=None, derandomize=True, database=None)
settings.load_profile("slicer")

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; it is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data: the tests on real data did not run")
    return SHARED_DATA
