"""Imports point one way: the core loads without Streamlit and without DuckDB, and each stays in its rooms."""

import ast
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import slicer

ROOT = Path(__file__).parents[1]
CORE = (
    "slicer",
    "slicer.errors",
    "slicer.schema",
    "slicer.guessing",
    "slicer.leaks",
    "slicer.people",
    "slicer.probability_names",
    "slicer.vocabulary",
    "slicer.quoting",
    "slicer.version",
    "slicer.samples",
    "slicer.display",
    "slicer.results",
)
"""Modules that know neither; of the folders below, every module does not."""
CORE_FOLDERS = ("slices", "metrics", "human", "priorities", "tagging", "report", "charts", "findings", "contingency")
MAYBE = ("palette",)
"""Modules of the core that need not be there."""
ALLOWED = {
    "duckdb": ("slicer/engine/", "slicer/project/"),
    "streamlit": ("slicer/ui/", "pages/", "app.py"),
    "pyspark": ("slicer/engine/spark.py",),
}


def core_modules() -> Iterator[str]:
    yield from CORE
    package = Path(slicer.__file__).parent
    yield from (f"slicer.{name}" for name in MAYBE if (package / f"{name}.py").exists())
    for folder in CORE_FOLDERS:
        yield f"slicer.{folder}"
        for found in pkgutil.walk_packages([str(package / folder)], f"slicer.{folder}."):
            yield found.name


LOADED = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    print(name, *(one for one in ("streamlit", "duckdb", "_duckdb", "pyspark") if one in sys.modules))
"""
"""Imports one module after another: what none of them brings together, none brings alone."""


def loaded_after(*modules: str) -> dict[str, list[str]]:
    """Of Streamlit, DuckDB and Spark, what a fresh interpreter holds after each of these imports."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *modules], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return {name: found for name, *found in map(str.split, done.stdout.splitlines())}


MODULES = tuple(core_modules())


def test_no_module_of_the_core_loads_streamlit_or_duckdb() -> None:
    assert loaded_after(*MODULES) == {module: [] for module in MODULES}


def test_the_core_is_as_large_as_it_should_be() -> None:
    """The list above finds its modules by itself: it must not quietly become empty."""
    assert {"slicer.metrics.intervals", "slicer.slices.parse", "slicer.priorities.ranking"} <= set(MODULES)
    assert len(MODULES) > 20


def test_the_check_itself_can_fail() -> None:
    assert "duckdb" in loaded_after("slicer.engine.duckdb")["slicer.engine.duckdb"]


def test_working_without_the_dashboard_does_not_load_streamlit() -> None:
    for module, loaded in loaded_after("slicer.sources", "slicer.workbench", "slicer.cli").items():
        assert "streamlit" not in loaded, module


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every source file that is shipped, by its path in the checkout."""
    for folder in ("slicer", "pages", "sample_data"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
    if (ROOT / "app.py").exists():
        yield "app.py", ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """The packages a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found |= {str(one.value).split(".")[0] for one in node.args if isinstance(one, ast.Constant)}
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_a_large_dependency_is_imported_in_its_own_rooms_only(package: str) -> None:
    files = [path for path, tree in sources() if package in imported(tree)]
    assert [path for path in files if not path.startswith(ALLOWED[package])] == []
    if package != "pyspark":
        assert files, "nobody imports it: the check looks in the wrong place"


def test_imports_are_found_wherever_they_stand() -> None:
    tree = ast.parse(
        "import a.b as c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i\nimportlib.import_module('j.k')\n"
    )
    assert imported(tree) == {"a", "d", "i", "j"}


def test_relative_imports_are_not_used() -> None:
    """One way to write an import: the contracts are easier to read."""
    relative = [
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level > 0 and not path.startswith("sample_data/")
    ]
    assert relative == []


def test_the_contracts_of_the_house_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("no lint-imports beside this interpreter: the contracts were not checked")
    done = subprocess.run([str(linter), "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
    assert "2 kept" in done.stdout
