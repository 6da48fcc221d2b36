"""Projects with something in them, and the pages on them."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from pages_kit import HOSTILE, MARKUP, QUOTED, Open, write_csv
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from slicer.project.store import Project
from slicer.samples import get_sample
from slicer.sources import load_files, load_sample
from slicer.ui import menu
from slicer.ui.discover_search import searches
from slicer.ui.projects import PROJECT_VARIABLE, projects
from slicer.ui.server import main_script


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Streamlit's caches and our open projects outlive a test."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    searches.close()
    projects.close()


@pytest.fixture(scope="session", autouse=True)
def _scanned_once() -> Iterator[None]:
    """Streamlit looks for components in every package installed, for each page that is opened anew."""
    with pytest.MonkeyPatch.context() as patch:
        scan = "scan_component_manifests"
        patch.setattr(manifest_scanner, scan, functools.cache(getattr(manifest_scanner, scan)))
        yield


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project the pages work on, empty at first."""
    path = tmp_path / "project.duckdb"
    monkeypatch.setenv(PROJECT_VARIABLE, str(path))
    return path


@pytest.fixture
def open_page(project: Path) -> Open:
    """Opens a page as a link to it does."""

    def opened(name: str, **link: str) -> AppTest:
        app = AppTest.from_file(main_script, default_timeout=30)
        for key, value in link.items():
            app.query_params[key] = value
        app.switch_page(str(menu.PAGES / f"{name}.py"))
        app.run()
        assert not app.exception, [one.value for one in app.exception]
        return app

    return opened


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Projects with something in them, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("ready")
    labels, wrong = (MARKUP, QUOTED, "cat", ""), ("never a label", MARKUP, "cat", "")
    odd = []
    for i in range(240):
        label = "cat" if i % 8 == 7 else labels[i % 4]
        prediction = label if i % 5 else wrong[(i // 5) % 4]
        values = [("a", "b'; drop table y; --", "")[i % 3], ("quiet", "loud")[i % 2], ("1", "2", "")[i % 3]]
        odd.append([f"row {i}", label, prediction, *values, f"text with :red[colour] and <b>{i}</b>"])
    one_class = [[f"r{i}", "cat", "cat" if i % 9 else "dog", i % 4] for i in range(90)]
    many = [[f"r{i}", "yn"[i % 2], "y", f"a worker with a long name {i % 80}"] for i in range(4000)]
    roles = ["id", "label", "prediction"]
    files = {
        "odd": write_csv(folder / "odd.csv", [*roles, HOSTILE, "noise", "noise", "comment"], odd),
        "one class": write_csv(folder / "one class.csv", [*roles, "size"], one_class),
        "many": write_csv(folder / "many.csv", [*roles, "worker"], many),
        "one row": write_csv(folder / "one row.csv", roles, [["a", "cat", "cat"]]),
    }
    holds = {"speech": ["speech"], "defects": ["defects"], "both": ["speech", "defects"]}
    for name in (*holds, *files):
        with Project(folder / f"{name}.duckdb") as project:
            for sample in holds.get(name, ()):
                load_sample(project, get_sample(sample))
            if name in files:
                load_files(project, [files[name]])
    return {name: folder / f"{name}.duckdb" for name in (*holds, *files)}


@pytest.fixture
def speech(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["speech"], project)


@pytest.fixture
def defects(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["defects"], project)


@pytest.fixture
def both(project: Path, ready: dict[str, Path]) -> None:
    """Speech, and defects loaded after it."""
    shutil.copy(ready["both"], project)


@pytest.fixture
def odd(project: Path, ready: dict[str, Path]) -> None:
    """240 rows with everything a file can have against us."""
    shutil.copy(ready["odd"], project)


@pytest.fixture
def one_class(project: Path, ready: dict[str, Path]) -> None:
    """90 cats, 10 of them taken for dogs."""
    shutil.copy(ready["one class"], project)


@pytest.fixture
def many(project: Path, ready: dict[str, Path]) -> None:
    """A column of 80 values: 50 slices, and one that holds the rest."""
    shutil.copy(ready["many"], project)


@pytest.fixture
def one_row(project: Path, ready: dict[str, Path]) -> None:
    shutil.copy(ready["one row"], project)
