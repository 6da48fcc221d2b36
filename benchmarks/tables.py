"""What was measured, as Markdown: all of it, and in brief for the README."""

from collections.abc import Sequence
from typing import Any

TIMED = ("import", "overall", "slices")
WORDS = {
    "import": "Import a CSV file",
    "overall": "Metrics of all rows",
    "slices": "Slices of each of 20 columns",
    "overview": "From the file to Overview",
    "measured": "Every metric of all rows and of each slice of 20 columns",
    "report": "The HTML report of each slice of 20 columns, with examples",
}
RANKED = {"columns": "20 columns", "pairs": "190 pairs of columns"}
COUNTERS = {
    "slicer": "Slicer",
    "slicer_without_numba": "Slicer without numba",
    "bincount": "numpy, a bincount for each table",
    "polars": "polars, a lazy group-by for each table",
    "duckdb_queries": "DuckDB, a query for each table",
    "duckdb_grouping_sets": "DuckDB, one query with grouping sets",
}
CARDS = {"text": "text", "image": "image of 200 KB"}
NAMES = {
    "slicer": "Slicer",
    "duckdb": "DuckDB",
    "pandas": "pandas",
    "polars": "polars",
    "fairlearn": "fairlearn",
    "sliceline": "sliceline",
    "divexplorer": "divexplorer",
}
START, END = "<!-- measured: make bench -->", "<!-- measured -->"
"""The marks in the README between which the brief table stands."""


def in_full(results: dict[str, Any]) -> str:
    """Every number, with the machine and the versions."""
    machine = results["machine"]
    sizes = list(results["rows"])
    parts = [
        "# Measured\n",
        f"{machine['cpu']}, {machine['cores']} cores, {_gib(machine['memory'])} of memory, {machine['system']}; "
        f"load {machine['load']:.1f} when it began. {', '.join(f'{k} {v}' for k, v in results['versions'].items())}. "
        "Medians, after a warm-up, each in turn with its peers. The data is made from a seed: "
        "an id, 20 features of 2 to 10 values, label, prediction, probability, and a person's label.\n",
        *(f"{line}\n" for line in results["left_out"]),
    ]
    for what in (*TIMED, "overview", "measured", "report"):
        measured = {rows: results["rows"][rows][what] for rows in sizes}
        for unit in ("wall", "cpu"):
            cells = {name: [_seconds(measured[rows].get(name, {}).get(unit)) for rows in sizes] for name in NAMES}
            parts.append(_table(f"{WORDS[what]}, {unit} seconds", sizes, cells))
    cells = {name: [_mib(results["rows"][rows]["peak"].get(name)) for rows in sizes] for name in NAMES}
    parts.append(_table("Peak memory of an import in a process of its own, MiB", sizes, cells))
    cells = {"slicer": [_mib(results["rows"][rows]["measured_peak"]) for rows in sizes]}
    parts.append(_table("Peak memory of measuring every metric in a process of its own, MiB", sizes, cells))
    cells = {"slicer": [_kib(results["rows"][rows]["report"]["slicer"]["size"]) for rows in sizes]}
    parts.append(_table("Size of the HTML report, KiB", sizes, cells))
    if found := results.get("rank"):
        lines = [
            f"| {RANKED[name]} | {one['slices']:,} | {_seconds(one['wall'])} | {_seconds(one['cpu'])} |"
            for name, one in found["by"].items()
        ]
        parts.append(
            f"**Prioritization of {found['rows']:,} rows, the fastest of three, load {found['load']:.1f}**\n\n"
            "| of | slices | wall seconds | CPU seconds |\n| --- | ---: | ---: | ---: |\n" + "\n".join(lines) + "\n"
        )
    if one := results.get("pair_tables"):
        parts.append(_pair_tables(one))
    if one := results.get("agree"):
        parts.append(
            f"**Agreement of {one['people']} people on each of {one['items']:,} items, overall and in {one['slices']} "
            f"slices, in a process of its own**: {_seconds(one['wall'])} s, {_seconds(one['cpu'])} CPU seconds, "
            f"{_mib(one['peak'])} MiB.\n"
        )
    if found := results.get("search"):
        parts += _searches(found)
    if results["screen"]:
        lines = [f"| {page} | {one['first']:.2f} | {one['again']:.2f} |" for page, one in results["screen"].items()]
        parts.append(
            f"**To the first chart in the browser, {int(results['screen_rows']):,} rows, seconds, warm server**\n\n"
            "| page | first visit | again |\n| --- | ---: | ---: |\n" + "\n".join(lines) + "\n"
        )
    if one := results["card"]:
        lines = [
            f"| {CARDS[kind]} | {found['median']:.1f} | {found['p95']:.1f} | {found['late']} |"
            for kind, found in one["kinds"].items()
        ]
        parts.append(
            f"**From a key to the next example painted, auto-advance, {one['keys']} keys {one['gap']} ms apart, "
            f"milliseconds** (load {one['load']:.1f})\n\n"
            "| example | median | 95 % within | not there in time |\n| --- | ---: | ---: | ---: |\n"
            + "\n".join(lines)
            + "\n"
        )
    return "\n".join(parts)


def _pair_tables(found: dict[str, Any]) -> str:
    """The tables of single columns and of pairs."""
    head = " wall seconds | CPU seconds | before, seconds | peak MiB |\n| --- | ---: | ---: | ---: | ---: |\n"

    def line(name: str, one: dict[str, Any]) -> str:
        cells = [_seconds(one[what]) for what in ("wall", "cpu", "prepared")]
        return f"| {name} | {' | '.join(cells)} | {_mib(one['peak'])} |"

    lines = [line(COUNTERS[name], one) for name, one in found["by"].items()]
    lines.append(line("Slicer makes and keeps the codes of 20 columns of texts, once", found["encoding"]))
    grown = [line(f"{int(rows):,} rows", one) for rows, one in found["growth"].items()]
    said = (
        f"**Truth and prediction by level of 20 columns and of their 190 pairs, {found['rows']:,} rows, each in a "
        f"process of its own** (before: what is compiled is loaded, data are put into memory): Slicer is "
        f"{found['times_faster']:.0f} times faster than the faster of polars and DuckDB.\n\n"
    )
    more = f"\n**The same, growing**\n\n| Slicer |{head}" + "\n".join(grown) + "\n" if grown else ""
    return f"{said}| |{head}" + "\n".join(lines) + "\n" + more


def _searches(found: dict[str, Any]) -> list[str]:
    """The worst slices, beside peers and as rows grow."""
    one = found["compared"]
    same = "equal" if one["same_as_exhaustive"] else "do NOT equal"
    ours = one["tools"]["slicer"]
    lines = []
    for name, tool in one["tools"].items():
        once = [_seconds(tool.get(part, {}).get("cpu")) for part in ("load", "encode")]
        once.append(f"{tool['search']['cpu']:.4f}")
        times = "" if name == "slicer" else f"{tool['search']['cpu'] / ours['search']['cpu']:,.0f}"
        encoded = ours["search"]["cpu"] + ours["encode"]["cpu"]
        also = "" if name == "slicer" else f"{tool['search']['cpu'] / encoded:,.0f}"
        lines.append(f"| {NAMES[name]} | {' | '.join(once)} | {_mib(tool['peak'])} | {times} | {also} |")
    head = (
        "| | import and compile | columns to codes | search | MiB | times Slicer's search | with its codes |\n"
        "| --- |" + " ---: |" * 6 + "\n"
    )
    compared = (
        f"**The ten worst slices of Adult ({one['rows']:,} rows, {one['columns']} columns) of up to three conditions "
        f"by SliceLine's score, at least 1 % of the rows each, CPU seconds, load {one['load']:.1f}**; divexplorer: "
        f"every slice of any length with its divergence. Slicer's ten {same} an exhaustive count. Everybody is given "
        "the same codes; Slicer's are made of the columns in its project.\n\n" + head + "\n".join(lines) + "\n"
    )
    lines = []
    for size in found["grown"]:
        seconds = [_seconds(size[part]["wall"]) for part in ("pack", "sliceline", "potential")]
        seconds.append(_seconds(size["pack"]["cpu"] + size["sliceline"]["cpu"]))
        cells = [f"{size['rows']:,} x {size['columns']}", *seconds, _mib(size["peak"]), f"{size['load']:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    head = (
        "| rows x columns | masks | SliceLine's score | potential | CPU of masks and SliceLine's score | MiB | load |\n"
        "| --- |" + " ---: |" * 6 + "\n"
    )
    grown = "**The same of codes on disk, made from a seed, wall seconds**\n\n" + head + "\n".join(lines) + "\n"
    return [compared, grown]


def _searched_in_brief(found: dict[str, Any]) -> list[str]:
    """The lines of the README on searching."""
    ours, lines = found["compared"]["tools"]["slicer"], []
    theirs = found["compared"]["tools"].get("sliceline")
    if theirs is not None:
        lines.append(
            f"| Ten worst slices of Adult, 3 conditions, CPU | {1000 * ours['search']['cpu']:.1f} ms | sliceline "
            f"{_seconds(theirs['search']['cpu'])} s |"
        )
    for size in found["grown"]:
        seconds = size["pack"]["wall"] + size["sliceline"]["wall"]
        what = f"{size['rows']:,} rows, {size['columns']} columns, codes at hand"
        lines.append(f"| Ten worst slices of {what} | {_seconds(seconds)} s, {_mib(size['peak'])} MiB | |")
    return lines


def in_brief(results: dict[str, Any]) -> str:
    """The few numbers the README quotes, of a million rows or the most below."""
    rows = max((size for size in results["rows"] if int(size) <= 1_000_000), key=int)
    one = results["rows"][rows]
    lines = [f"| {int(rows):,} rows, 24 columns | Slicer | DuckDB alone |", "| --- | ---: | ---: |"]
    for what in TIMED:
        lines.append(
            f"| {WORDS[what]} | {_seconds(one[what]['slicer']['wall'])} s | {_seconds(one[what]['duckdb']['wall'])} s |"
        )
    lines.append(f"| Memory of an import | {_mib(one['peak']['slicer'])} MiB | {_mib(one['peak']['duckdb'])} MiB |")
    lines.append(f"| {WORDS['measured']} | {_seconds(one['measured']['slicer']['wall'])} s | |")
    report = one["report"]["slicer"]
    lines.append(f"| {WORDS['report']} | {_seconds(report['wall'])} s, {_kib(report['size'])} KiB | |")
    lines.append(f"| {WORDS['overview']} | {_seconds(one['overview']['slicer']['wall'])} s | |")
    for name, one in results.get("rank", {"by": {}})["by"].items():
        lines.append(f"| Priorities of {RANKED[name]}: {one['slices']:,} slices | {_seconds(one['wall'])} s | |")
    if "search" in results:
        lines += _searched_in_brief(results["search"])
    for page, seconds in results["screen"].items():
        lines.append(f"| First chart of {page.capitalize()}, warm server | {_seconds(seconds['first'])} s | |")
    for kind, found in results["card"].get("kinds", {}).items():
        times = f"{found['median']:.0f} ms; 95 % within {found['p95']:.0f} ms"
        lines.append(f"| A key on the card to the next example: {CARDS[kind]} | {times} | |")
    most = max(results["rows"], key=int)
    if most != rows:
        more = results["rows"][most]
        lines.append(
            f"| Import {int(most):,} rows | {_seconds(more['import']['slicer']['wall'])} s, "
            f"{_mib(more['peak']['slicer'])} MiB | {_seconds(more['import']['duckdb']['wall'])} s, "
            f"{_mib(more['peak']['duckdb'])} MiB |"
        )
        seconds, peak = _seconds(more["measured"]["slicer"]["wall"]), _mib(more["measured_peak"])
        lines.append(f"| Every metric of {int(most):,} rows and 20 columns | {seconds} s, {peak} MiB | |")
    machine = results["machine"]
    where = f"{machine['cores']} cores ({machine['cpu']}), {_gib(machine['memory'])}, load {machine['load']:.1f}"
    lines += ["", f"Medians on {where}."]
    return "\n".join(lines)


def with_brief(readme: str, results: dict[str, Any]) -> str:
    """The README with the numbers of these results."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{in_brief(results)}\n{END}{after}"


def _table(title: str, sizes: Sequence[str], cells: dict[str, list[str]]) -> str:
    kept = {name: row for name, row in cells.items() if any(row)}
    head = f"| | {' | '.join(f'{int(rows):,} rows' for rows in sizes)} |\n| --- |{' ---: |' * len(sizes)}\n"
    return f"**{title}**\n\n{head}" + "".join(f"| {NAMES[name]} | {' | '.join(row)} |\n" for name, row in kept.items())


def _seconds(value: float | None) -> str:
    """Two digits that mean something."""
    if value is None:
        return ""
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _mib(size: int | None) -> str:
    return "" if size is None else f"{size / 2**20:,.0f}"


def _kib(size: float) -> str:
    return f"{size / 2**10:,.0f}"


def _gib(size: int) -> str:
    return f"{size / 2**30:.0f} GiB"
