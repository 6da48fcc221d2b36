"""Overview in a real browser: a score from a file to its worst rows, and a metric that goes along from page to page."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_kit import Server, all_saved, choose, eventually, heading, idle, open_row, rows, see, shown_example, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


SAMPLES = ("adult",)


def give_role(page: Page, column: str, role: str) -> None:
    """Choose a role in the list."""
    exact = page.locator(".column").get_by_text(column, exact=True)
    page.locator("#roles tbody tr").filter(has=exact).locator("select").first.select_option(role)
    idle(page)


def test_a_score_by_path_its_overview_and_its_worst_rows(server: Server, page: Page, shared_data: Path) -> None:
    """Human judgements of translations (MQM): higher is better, none is above 0, systems are the slices."""
    path = shared_data / "wmt20_ende_mqm_long.csv"
    with path.open(encoding="utf-8") as file:
        scores = {row["id"]: float(row["mqm"]) for row in csv.DictReader(file)}
    visit(page, f"{server.url}/data", "Open a path on this machine")
    page.get_by_placeholder("~/runs/predictions.csv").fill(str(path))
    page.get_by_role("button", name="Open", exact=True).first.click()
    see(page, "is each column what it should be?")
    for column, role in (("mqm", "score"), ("mqm_penalty", "ignore"), ("seg_id", "ignore")):
        give_role(page, column, role)
    choose(page, "Score", "higher is better")
    page.get_by_role("button", name="Import", exact=True).click()
    see(page, "14,180 rows. Higher is better.")
    mean = sum(scores.values()) / len(scores)
    assert heading(page) == f"The mean mqm is −{-mean:.2f}"
    assert page.locator('[data-testid="stVegaLiteChart"]').count() == 2
    worst = sorted(scores.values())[:20]
    shown = rows(page, "Worst rows")
    assert [float(row[1].replace("−", "-")) for row in shown] == pytest.approx(worst, abs=0.051)
    assert "is_human false" in rows(page, "Worst slices")[0][0]
    open_row(page, "Worst rows", shown[1][0])
    page.locator("#card .measured").wait_for()
    assert shown_example(page) == shown[1][0]
    assert scores[shown[1][0]] == pytest.approx(worst[1])
    page.goto(f"{server.url}/failures")
    see(page, "100 to read, 0 read so far")
    assert scores[shown_example(page)] == worst[0]
    page.keyboard.press("t")
    page.keyboard.type("left out a clause")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    all_saved(page)
    see(page, "100 to read, 1 read so far")


def test_a_metric_goes_along_from_page_to_page(server: Server, page: Page) -> None:
    visit(page, f"{server.url}/?dataset=adult", "16,281 rows")
    open_row(page, "Metrics", "recall")
    see(page, "Recall of “>50K” is 65.0 %")
    eventually(page, lambda: "metric=recall" in page.url, True)
    assert rows(page, "Classes")[0][0] == ">50K"
    page.get_by_role("link", name="Slices").click()
    see(page, "Every slice in numbers")
    eventually(page, lambda: "metric=recall" in page.url, True)
    page.get_by_role("link", name="Overview").click()
    see(page, "Recall of “>50K” is 65.0 %")
    choose(page, "Metric", "log loss")
    see(page, "Log loss is 0.277")
    page.reload()
    see(page, "Log loss is 0.277")
