// Rows chosen by hand: a box in front of each, Shift for a stretch of them; Space, Shift with the arrows, Ctrl+A and
// Escape from the keyboard. What is chosen is told a moment after the last change, with the round it belongs to: Python
// begins another one when it has done something with the rows.

const CHOOSING = { key: "", label: "", kind: "choose", width: "30px", priority: 1, num: false, ticks: [], tick_text: [] };
const TOLD_AFTER = 120; // milliseconds

function nothingChosen() {
  return { chosen: new Set(), from: null, round: null, telling: undefined };
}

function chooseBox(label) {
  return element("input", { type: "checkbox", tabIndex: -1, ariaLabel: label });
}

function takeRound(table, round) {
  if (table.round !== round) Object.assign(table, nothingChosen(), { round });
  markChosen(table);
}

function keepTextUnselected(event) {
  if (event.shiftKey && event.target.closest(".choose")) event.preventDefault();
}

function chooseByMouse(table, event) {
  const cell = event.target.closest(".choose");
  if (!cell) return false;
  const tr = cell.closest("tbody tr");
  if (tr) choose(table, placeOf(table, tr), event.shiftKey);
  else chooseAll(table);
  return true;
}

function chooseByKey(table, event) {
  if (table.round === null) return false;
  const at = placeOf(table, event.target.closest("tr"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === " " && at >= 0) choose(table, at, event.shiftKey);
  else if (step && event.shiftKey && table.rows[at + step]) {
    if (!table.chosen.has(table.rows[at].record.id)) choose(table, at, false);
    choose(table, at + step, true);
    focusRow(table, at + step);
  } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) chooseAll(table);
  else if (event.key === "Escape" && table.chosen.size) chosenAre(table, []);
  else return false;
  event.preventDefault();
  return true;
}

function placeOf(table, row) {
  return table.rows.findIndex(({ tr }) => tr === row);
}

// One more or one less; or a whole stretch, from the last one that was touched, made like that one.
function choose(table, at, stretch) {
  const last = table.rows.findIndex(({ record }) => record.id === table.from);
  const [first, end] = stretch && last >= 0 ? [Math.min(last, at), Math.max(last, at)] : [at, at];
  const chosen = new Set(table.chosen);
  const put = first === end ? !chosen.has(table.rows[at].record.id) : chosen.has(table.from);
  for (const { record } of table.rows.slice(first, end + 1)) chosen[put ? "add" : "delete"](record.id);
  table.from = table.rows[at].record.id;
  chosenAre(table, chosen);
}

function chooseAll(table) {
  chosenAre(table, table.chosen.size < table.rows.length ? table.rows.map(({ record }) => record.id) : []);
}

function chosenAre(table, ids) {
  table.chosen = new Set(ids);
  markChosen(table);
  clearTimeout(table.telling);
  table.telling = setTimeout(() => {
    const chosen = table.rows.map(({ record }) => record.id).filter((id) => table.chosen.has(id));
    table.tell({ round: table.round, ids: chosen });
  }, TOLD_AFTER);
}

function markChosen({ view, rows, chosen, round }) {
  if (round === null) return;
  for (const { record, tr } of rows) {
    const is = chosen.has(record.id);
    tr.classList.toggle("chosen", is);
    tr.ariaSelected = String(is);
    tr.querySelector(".choose input").checked = is;
  }
  const all = view.querySelector("th input");
  all.checked = rows.length > 0 && chosen.size === rows.length;
  all.indeterminate = chosen.size > 0 && chosen.size < rows.length;
}
