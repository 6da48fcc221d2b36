"""The plan on Priorities: putting rows in, what it holds, and changing one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from slicer.display import gain
from slicer.errors import SlicerError
from slicer.findings.names import short_name
from slicer.findings.plan import (
    added_words,
    between,
    name_of,
    plan_finding,
    predicted_words,
    realised_words,
    roi_words,
    unit_of,
    worth,
)
from slicer.metrics.registry import METRICS
from slicer.planned import PlanResult
from slicer.priorities.plan import HALF, STATUSES, PlanItem, as_text, changed
from slicer.priorities.prediction import Realised
from slicer.project.plans import add_to_plan, history_of_item, set_fields, words_of
from slicer.report.plan_workbook import plan_workbook
from slicer.report.tables import records, to_csv, to_markdown
from slicer.results import RankResult
from slicer.slices import parse
from slicer.sources import author
from slicer.ui.collect_panel import collect_panel
from slicer.ui.downloads import downloads
from slicer.ui.frame import chart_title, plain, refusal, say
from slicer.ui.ranking_table import KEY
from slicer.ui.state import View
from slicer.ui.table import Column, chosen_rows, table

_ROUND, _REFUSED, _BEFORE = "plan round", "plan refused", "plan row as it was opened"  # in the session

LONGEST_NOTE = 80


def plan_round() -> int:
    """The round the rows of the ranking are chosen in."""
    return int(st.session_state.setdefault(_ROUND, 0))


def plan_button(view: View, result: RankResult) -> None:
    """Puts the rows that are chosen into the plan."""
    there = {row.candidate.slice for row in result.table}
    chosen = [one for one in chosen_rows(KEY, plan_round()) if one in there]
    many = f"{len(chosen)} row{'s' if len(chosen) != 1 else ''} " if chosen else ""
    st.button(
        f"Add {many}to the plan",
        key="plan-add",
        icon=":material/playlist_add:",
        type="primary" if chosen else "secondary",
        disabled=not chosen,
        help="Choose rows with the boxes in front. What they promise now is kept, to be held against what comes of it.",
        on_click=_add,
        args=(view, result, chosen),
    )
    error = st.session_state.pop(_REFUSED, None)
    if error is not None:
        refusal(error)


def _add(view: View, result: RankResult, chosen: list[str]) -> None:
    bench = view.bench
    try:
        found = bench.predictions(result, view.where, chosen)
        added = add_to_plan(bench.project, view.dataset.id, found, author=author())
    except SlicerError as error:
        st.session_state[_REFUSED] = error
        return
    say(added_words(added.items, added.there))
    st.session_state[_ROUND] += 1


# --- what it holds ---------------------------------------------------------------------------------


def plan_panel(view: View) -> None:
    """The plan in its order, best return first; a click changes a row. Nothing where there is none."""
    found = view.plan()
    if not found.plan.items:
        return
    st.space("small")
    chart_title(*(plain(part) for part in _title(found)))
    columns = _columns(found)
    rows = [_row(one, found.plan.realised.get(one.id), place) for place, one in enumerate(found.plan.items, start=1)]
    opened = table("plan", columns, rows, label="The plan", sort=("rank", -1))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(":gray[Take the plan along]", width="content")
        rows_of = records(found.to_frame())
        downloads(
            f"plan-{view.dataset.name}",
            [
                ("csv", lambda: to_csv(rows_of)),
                ("xlsx", lambda: plan_workbook(found)),
                ("md", lambda: to_markdown(rows_of)),
                ("json", found.to_json),
            ],
            key="plan",
        )
    if opened is not None:
        item = next((one for one in found.plan.items if one.id == opened), None)
        st.session_state[_BEFORE] = item
        if item is not None:
            _change(view, opened)


def _title(found: PlanResult) -> tuple[str, str]:
    sentence, aside = plan_finding(found.plan)
    return sentence, f"{aside} Order: potential × importance × ease / cost."


def _columns(found: PlanResult) -> list[Column]:
    units = {unit_of(one.prediction.metric) for one in found.plan.items}
    pp = " pp" if units == {"rate"} else ""
    columns = [
        Column("rank", "#", "text", width="38px"),
        Column("name", "Slice", "name", width="200px"),
        Column("status", "Status", "pick", width="84px"),
        Column("owner", "Owner", "text", width="104px"),
        Column("due", "Due", "muted", width="92px", priority=3),
        Column(
            "potential", f"Potential{pp}", "est", num=True, width="104px",
            help="what closing the whole gap adds to the overall metric, as it was predicted",
        ),
        Column("half", f"Half{pp}", "est", num=True, width="72px", priority=2, help="if half of the gap is closed"),
        Column("factors", "Imp. × ease / cost", "muted", width="128px", priority=3),
        Column("roi", "Return", "est", num=True, width="76px", help="potential × importance × ease / cost"),
    ]  # fmt: skip
    if found.plan.realised:
        help_ = "what came of it on a later run or data set, with its interval"
        columns.append(Column("realised", f"Realised{pp}", "est", num=True, width="150px", help=help_))
    return [*columns, Column("note", "Note", "muted", priority=3)]


def _row(one: PlanItem, came: Realised | None, place: int) -> dict[str, Any]:
    said = one.prediction
    unit = unit_of(said.metric)
    name, of = short_name(parse(said.slice), said.name) if said.kind == "slice" else (name_of(said), said.kind)
    metric = METRICS[said.metric].words if said.metric in METRICS and said.metric != "accuracy" else ""
    style = "strong" if one.active else "muted"
    return {
        "id": one.id,
        "low": not one.active,
        "rank": {"text": f"{place}" if one.active else "–"},
        "name": {
            "text": name,
            "sub": " · ".join(filter(None, (of, metric))),
            "title": " · ".join(filter(None, (said.slice, said.where))),
        },
        "status": one.status,
        "owner": {"text": one.owner, "title": one.owner},
        "due": f"{one.due:%d %b %Y}" if one.due else None,
        "potential": {
            "text": gain(said.potential, unit),
            "class": style,
            "title": f"predicted, interval {between(said.potential_ci, said.metric) or 'not known'}",
        }
        if said.potential is not None
        else {"title": "no human level was known, or failures alone were read"},
        "half": {"text": gain(one.gain(HALF), unit)} if said.potential is not None else None,
        "factors": f"{one.importance:g} × {one.ease:g} / {one.cost:g}",
        "roi": {"text": f"{(one.roi or 0) * (100 if unit == 'rate' else 1):.3g}", "title": roi_words(one)}
        if one.roi is not None
        else None,
        "realised": _realised(came, one),
        "note": {"text": one.note[:LONGEST_NOTE], "title": one.note},
        "sort": {
            "rank": -place,
            "potential": said.potential,
            "half": said.potential,
            "roi": one.roi,
            "realised": came.gain if came else None,
            "due": as_text(one.due) or None,
            "owner": one.owner or None,
            "status": STATUSES.index(one.status),
            "note": one.note or None,
        },
    }


def _realised(came: Realised | None, one: PlanItem) -> dict[str, Any] | None:
    if came is None:
        return {"title": "no later run or data set yet"}
    title = realised_words(came, one.prediction)
    if came.gain is None:
        return {"title": title}
    metric = one.prediction.metric
    beside = between(came.gain_ci, metric)
    return {"text": gain(came.gain, unit_of(metric)), "pm": beside, "title": title}


# --- changing a row --------------------------------------------------------------------------------


@st.dialog("A row of the plan", width="medium")
def _change(view: View, item_id: str) -> None:
    found = view.plan()
    item = next((one for one in found.plan.items if one.id == item_id), None)
    before: PlanItem | None = st.session_state.get(_BEFORE)
    if item is None or before is None or before.id != item_id:
        st.rerun()
        return
    said, came = item.prediction, found.plan.realised.get(item.id)
    st.markdown(f"**{plain(name_of(said))}**  \n:small[:gray[{plain(said.slice)}]]")
    lines = [predicted_words(said, f"{item.added_at:%d %b %Y}", item.added_by)]
    if item.gain(HALF) is not None:
        lines.append(f"Closing half of the gap adds {worth(item.gain(HALF), said.metric)}.")
    if came is not None:
        lines.append(realised_words(came, said))
    st.markdown("  \n".join(f":small[{plain(line)}]" for line in lines))
    _fields(view, before)
    st.divider()
    collect_panel(view, said.slice, said.name, said.kind, said.metric, key=f"plan-{item.id}")
    _history(view, item)


def _fields(view: View, before: PlanItem) -> None:
    """What people decide. Only what was changed here is written: another tab may have changed the rest."""
    key = f"-{before.id}"
    left, middle, right = st.columns(3)
    owner = left.text_input("Owner", before.owner, key=f"plan-owner{key}", placeholder="who does it")
    status = middle.selectbox("Status", STATUSES, STATUSES.index(before.status), key=f"plan-status{key}")
    due = right.date_input("Due", before.due, key=f"plan-due{key}", format="YYYY-MM-DD")
    cost = left.number_input(
        "Cost", 0.01, 1e6, before.cost, 1.0, key=f"plan-cost{key}", help="any unit, such as days; the same for all rows"
    )
    importance = middle.number_input(
        "Importance", 0.0, 1000.0, before.importance, 0.5, key=f"plan-importance{key}", help="1 is as much as any other"
    )
    ease = right.number_input(
        "Ease", 0.0, 1.0, before.ease, 0.1, key=f"plan-ease{key}", help="the part of the gap you believe can be closed"
    )
    note = st.text_area("Note", before.note, key=f"plan-note{key}", height=68)
    factors = {"cost": float(cost), "importance": float(importance), "ease": float(ease)}
    texts = changed(before, {"owner": owner, "status": status, "due": due, "note": note, **factors})
    if st.button("Save", key=f"plan-save{key}", type="primary", disabled=not texts):
        try:
            set_fields(view.bench.project, view.dataset.id, before.id, texts, author=author())
        except SlicerError as error:
            refusal(error)
            return
        say(f"{name_of(before.prediction)}: saved")
        st.rerun()


def _history(view: View, item: PlanItem) -> None:
    """Who decided what, newest first."""
    lines = [
        f":small[:gray[{one.made_at:%d %b %Y %H:%M} · {plain(one.author)}]] :small[{plain(words_of(one))}]"
        for one in reversed(history_of_item(view.bench.project, view.dataset.id, item.id))
    ]
    with st.expander(f"History: {len(lines)} step{'s' if len(lines) != 1 else ''}"):
        st.markdown("  \n".join(lines))
