"""The wheel holds everything: pages, samples, tables, assets; and it starts from any folder."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the wheel unpacked by pip, as it would be in an environment."""
    place = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(place), str(ROOT)], check=True, capture_output=True)
    wheel = next(place.glob("slicer_dashboard-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(place / "site"), str(wheel)], check=True)
    return place / "site"


def run(installed: Path, folder: Path, *arguments: str) -> list[str]:
    """How to run the installed package, and nothing of the checkout, in another folder."""
    code = f"import sys; sys.path.insert(0, {str(installed)!r}); from slicer.cli import main; main()"
    return [sys.executable, "-P", "-c", code, *arguments]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_every_module_page_and_sample_of_the_checkout_is_in_the_wheel(installed):
    def names(folder: Path, inside: Path) -> set[str]:
        kept = (".py", ".sql", ".js", ".css", ".html", ".woff2", ".svg", ".csv", ".json", ".md")
        files = (path for path in folder.rglob("*") if path.suffix in kept and "__pycache__" not in path.parts)
        return {str(inside / path.relative_to(folder)) for path in files}

    wanted = names(ROOT / "slicer", Path()) | names(ROOT / "pages", Path("pages"))
    wanted |= names(ROOT / "sample_data", Path("sample_data"))
    assert wanted <= names(installed / "slicer", Path())


def test_nothing_but_the_package_lies_on_top(installed):
    found = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert found - {"bin", "__pycache__"} == {"slicer"}


def test_the_command_loads_a_sample_and_ranks_it_from_another_folder(installed, tmp_path):
    loaded = run(installed, tmp_path, "demo", "speech", "--into", "speech.duckdb", "--quiet")
    subprocess.run(loaded, cwd=tmp_path, env=environment(), check=True, capture_output=True)
    ranked = run(installed, tmp_path, "rank", "speech.duckdb", "--by", "noise", "--format", "csv", "--quiet")
    answer = subprocess.run(ranked, cwd=tmp_path, env=environment(), check=True, capture_output=True, text=True)
    assert "noise = 'people noise'" in answer.stdout


def test_serve_starts_the_dashboard_from_another_folder_with_its_settings(installed, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = run(installed, tmp_path, "serve", "mine.duckdb", "--port", str(port))
    server = subprocess.Popen(serve, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        base = f"http://127.0.0.1:{port}"
        assert until(f"{base}/_stcore/health") == b"ok"
        assert b"wOF2" in until(f"{base}/app/static/ibm-plex-sans-latin-400-normal.woff2")[:4]
        foreign = urllib.request.Request(f"{base}/_stcore/health", headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match=r"40[03]"):
            urllib.request.urlopen(foreign, timeout=5)
    finally:
        server.terminate()
        server.wait(timeout=20)


def until(url: str) -> bytes:
    """What stands at the address, once somebody answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"nobody answers at {url}")
