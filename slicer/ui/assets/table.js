// A table drawn from column kinds. Streamlit calls the default export again at every rerun;
// what the reader has done to a table (sort order, columns shown) lives as long as its place on the page.

const DASH = "–";
const FIGURE_SPACE = "\u2007"; // as wide as a digit
const LEAST_DRAWING = "180px"; // what a column without a width of its own needs to be readable
const LEAST_WORDS = "110px";
const WORDS = new Set(["text", "muted", "name"]);
const LEAST_NAME = "120px";
const ENOUGH_NAME = 170; // pixels of a name before another column may stand beside it
const PAGE = 10; // rows a PageUp or PageDown moves

const DOT = "M0-4.2A4.2 4.2 0 1 1 0 4.2A4.2 4.2 0 1 1 0-4.2Z";
const DIAMOND = "M0-5.6L5 0L0 5.6L-5 0Z";
const TICK = "M0-7V7";
const CAP = "M0-3V3";
const BEYOND_LEFT = "M4-5L-4 0L4 5Z";
const BEYOND_RIGHT = "M-4-5L4 0L-4 5Z";

const HEADER_MARKS = {
  "●": [DOT, "dot"],
  "◆": [DIAMOND, "people"],
  "◇": [DIAMOND, "people inherited"],
  "|": [TICK, "rest"],
};

const tables = new WeakMap();

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector("#table");
  const table = tables.get(root) ?? createTable(root);
  tables.set(root, table);
  table.open = (id) => setTriggerValue("open", id);
  table.tell = (chosen) => setStateValue("chosen", chosen);
  table.act = (action, id) => setTriggerValue("act", { action, id });
  update(table, data);
}

function createTable(root) {
  const view = element("div", { id: "view" });
  const table = { view, rows: [], sort: null, given: "", drawn: "", open: null, data: null, ...nothingChosen() };
  const width = element("div", {}); // as wide as the table, and never higher for what is shown
  root.replaceChildren(width, view);
  new ResizeObserver(() => fit(table)).observe(width);
  view.addEventListener("click", (event) => {
    if (!chooseByMouse(table, event) && !actByMouse(table, event)) openRow(table, event.target.closest("tbody tr"));
  });
  view.addEventListener("mousedown", keepTextUnselected);
  view.addEventListener("keydown", (event) => {
    if (!chooseByKey(table, event)) moveFocus(table, event);
  });
  return table;
}

function update(table, data) {
  const columns = data.round === null ? data.columns : [CHOOSING, ...data.columns];
  table.data = { ...data, columns: columns.map((column) => measured(column, data.rows)) };
  const given = JSON.stringify(data.sort);
  if (given !== table.given) Object.assign(table, { given, sort: data.sort });
  const content = JSON.stringify([data.columns, data.rows, data.label, data.row_height, data.tie_key, data.opens]);
  if (content !== table.drawn) draw(table);
  table.drawn = content;
  markSelected(table);
  takeRound(table, data.round);
}

// Margins of one column are padded to the same length: each stands beside its number, and the numbers in line.
function measured(column, rows) {
  return { ...column, longestMargin: Math.max(0, ...rows.map((row) => row[column.key]?.pm?.length ?? 0)) };
}

// ---------------------------------------------------------------- the frame of the table

function draw(table) {
  const { view, data } = table;
  const focused = view.getRootNode().activeElement?.closest("tr")?.dataset.id;
  table.rows = data.rows.map((record) => ({ record, tr: drawRow(record, data) }));
  table.body = element("tbody", { role: "rowgroup" });
  const headers = element("tr", { role: "row" }, ...data.columns.map((column) => drawHeader(table, column)));
  const head = element("thead", { role: "rowgroup" }, headers);
  const drawn = element("table", { role: "table", ariaLabel: data.label }, head, table.body);
  view.style.setProperty("--row-height", `${data.row_height}px`);
  view.classList.toggle("opens", data.opens);
  Object.assign(table, { columnsButton: drawColumnsButton(table), rowsButton: drawRowsButton(table) });
  view.replaceChildren(table.columnsButton, element("div", { className: "scroll" }, drawn), table.rowsButton);
  Object.assign(table, { drawnTable: drawn, headers, fitted: null });
  fit(table);
  sortRows(table);
  const at = table.rows.findIndex(({ record }) => record.id === focused);
  if (focused) focusRow(table, at);
}

// Shows the columns there is room for: those that matter least go first, of several the one furthest right.
function fit(table) {
  const { view, data, drawnTable } = table;
  const width = view.clientWidth;
  if (!width || !drawnTable) return;
  const all = view.classList.contains("all");
  const hidden = all ? new Set() : tooMany(data.columns, width);
  table.columnsButton.hidden = !hidden.size && !all;
  const fitted = `${all} ${[...hidden]}`;
  if (fitted === table.fitted) return;
  table.fitted = fitted;
  for (const tr of [table.headers, ...table.rows.map((row) => row.tr)]) {
    [...tr.cells].forEach((cell, place) => (cell.hidden = hidden.has(place)));
  }
  const shown = data.columns.filter((column, place) => !hidden.has(place));
  drawnTable.style.setProperty("--columns", template(shown));
  drawnTable.style.setProperty("--need", sum(shown.map(all ? wanted : least)));
}

function tooMany(columns, width) {
  const most = (column) => (column.kind === "name" ? ENOUGH_NAME : Infinity);
  const room = (column) => Math.min(parseFloat(wanted(column)), most(column));
  let need = columns.reduce((whole, column) => whole + room(column), 0);
  const order = columns.map((column, place) => ({ column, place })).filter(({ column }) => column.priority > 1);
  order.sort((one, other) => other.column.priority - one.column.priority || other.place - one.place);
  const hidden = new Set();
  for (const { column, place } of order) {
    if (need <= width) break;
    need -= room(column);
    hidden.add(place);
  }
  return hidden;
}

// Names give way first, because they can be cut; what is left goes to the columns without a width, else to the name.
function template(columns) {
  const stretching = columns.some((column) => !column.width) ? null : nameColumn(columns);
  const most = (column) => (column === stretching ? "1fr" : (column.width ?? "1fr"));
  return columns.map((column) => `minmax(${least(column)}, ${most(column)})`).join(" ");
}

function least(column) {
  return column.kind === "name" ? LEAST_NAME : wanted(column);
}

function wanted(column) {
  return column.width ?? (WORDS.has(column.kind) ? LEAST_WORDS : LEAST_DRAWING);
}

function sum(widths) {
  return `calc(${widths.join(" + ")})`;
}

function nameColumn(columns) {
  return columns.find((column) => column.kind === "name") ?? columns[0];
}

function drawColumnsButton(table) {
  const { view } = table;
  const button = element("button", { type: "button", className: "columns" });
  const label = () => (button.textContent = view.classList.contains("all") ? "Fit the page" : "Show all columns");
  button.addEventListener("click", () => {
    view.classList.toggle("all");
    label();
    fit(table);
  });
  label();
  return button;
}

// Of many rows the first stand there, with the selected one and those that say so; the others come on request.
function fold(table) {
  const { rows, data, rowsButton } = table;
  const whole = table.whole || data.most === null || rows.length <= data.most;
  rows.forEach(({ record, tr }, at) => {
    tr.hidden = !whole && at >= data.most && !record.keep && record.id !== data.selected;
  });
  rowsButton.hidden = data.most === null || rows.length <= data.most;
  rowsButton.textContent = table.whole ? `Show the first ${data.most}` : `Show all ${rows.length} rows`;
}

function drawRowsButton(table) {
  const button = element("button", { type: "button", className: "more" });
  button.addEventListener("click", () => {
    table.whole = !table.whole;
    fold(table);
  });
  return button;
}

function drawHeader(table, column) {
  const arrow = element("span", { className: "arrow", ariaHidden: "true" });
  if (column.kind === "choose") return element("th", { className: "choose" }, chooseBox("All rows"), arrow);
  const button = element("button", { type: "button" }, ...column.label.split(/([●◆◇|])/).map(headerMark), arrow);
  button.addEventListener("click", () => sortBy(table, column));
  const th = element("th", { role: "columnheader", scope: "col", className: cellClass(column) }, button);
  th.dataset.key = column.key;
  if (column.help) th.title = column.help;
  if (column.ticks.length) th.append(drawAxis(column));
  return th;
}

function headerMark(text) {
  if (!(text in HEADER_MARKS)) return text;
  const [path, className] = HEADER_MARKS[text];
  const svg = shape("svg", { viewBox: "-6 -7 12 14", "aria-hidden": "true" });
  shape("path", { d: path, class: className }, svg);
  return svg;
}

function drawAxis(column) {
  const axis = element("div", { className: "axis" });
  const x = scale(column);
  column.ticks.forEach((tick, i) => {
    const label = element("span", {}, column.tick_text[i] ?? String(Math.round(100 * tick)).replace("-", "−"));
    label.style.left = `${x(tick)}%`;
    axis.append(label);
  });
  return axis;
}

// ---------------------------------------------------------------- rows and cells

function drawRow(record, { columns, opens }) {
  const opener = nameColumn(columns);
  const cells = columns.map((column) => drawCell(record, column, opens && column === opener));
  if (record.under) cells.push(drawUnder(record, columns.indexOf(opener) + 1));
  const tr = element("tr", { role: "row", className: record.low ? "low" : "" }, ...cells);
  tr.dataset.id = record.id;
  return tr;
}

function drawCell(record, column, opens) {
  const td = element("td", { role: "cell", className: cellClass(column) });
  if (column.kind === "choose") {
    td.classList.add("choose");
    td.append(chooseBox(`Row ${record.id}`));
    return td;
  }
  const cell = record[column.key];
  if (cell?.title) td.title = cell.title;
  const content = isDefined(cell) ? kinds[column.kind](cell, column, td) : element("span", { className: "none" }, DASH);
  td.append(opens ? element("button", { type: "button", tabIndex: -1 }, content) : content);
  return td;
}

function cellClass(column) {
  return column.num ? "num" : "";
}

function isDefined(cell) {
  if (cell === null || typeof cell !== "object") return cell != null;
  return [cell.text, cell.v, cell.m, cell.h].some((value) => value != null);
}

const kinds = {
  text: (cell) => word(cell, "ink"),
  num: (cell) => word(cell, "ink"),
  muted: (cell) => word(cell, "muted"),
  pick: (cell) => word(cell, "pick"),

  name(cell, column, td) {
    td.title = cell.title ?? [cell.text, cell.sub].filter(Boolean).join(", ");
    const name = element(
      "span",
      { className: "name" },
      element("span", { className: "text ink", dir: "auto" }, cell.text),
    );
    if (cell.colour) name.prepend(swatch(cell.colour));
    if (cell.sub) name.append(element("span", { className: "sub" }, cell.sub));
    if (cell.flag) name.append(element("span", { className: "flag" }, cell.flag));
    return name;
  },

  rank(cell, column, td) {
    td.classList.add("rank", "drawn");
    return word(cell, "ink");
  },

  est(cell, column) {
    const estimate = word(cell, cell.class ?? "ink");
    if (!cell.pm) return estimate;
    const margin = element("span", { className: "margin" }, cell.pm.padEnd(column.longestMargin, FIGURE_SPACE));
    return element("span", {}, estimate, " ", margin);
  },

  bar(cell, column) {
    const fill = element("i", { className: column.color });
    fill.style.width = `${Math.min(100, (100 * cell.v) / column.max)}%`;
    fill.style.setProperty("--colour", `var(--st-${column.color}-color)`);
    return element(
      "div",
      { className: "bar" },
      element("div", {}, fill),
      element("span", { className: "ink" }, cell.text),
    );
  },

  // the model with its interval, the rest of the data as a tick, people as a diamond, the gap as a bar between
  dumbbell(cell, column, td) {
    td.classList.add("drawn");
    const axis = drawing(cell, column, column.ticks);
    if (cell.m != null && cell.h != null && cell.h > cell.m) axis.bar(cell.m, cell.h, 6, cell.clear);
    if (cell.h != null && cell.hci) axis.interval(cell.hci, "people-ci", cell.m != null ? 7 : 0);
    if (cell.ci) axis.interval(cell.ci, "ci", 0);
    if (cell.rest != null) axis.mark(cell.rest, TICK, "rest");
    if (cell.h != null) axis.mark(cell.h, DIAMOND, cell.inherited ? "people inherited" : "people");
    if (cell.m != null) axis.mark(cell.m, DOT, "dot");
    return axis.svg;
  },

  potential(cell, column, td) {
    td.classList.add("drawn");
    const axis = drawing(cell, column, [0]);
    axis.bar(0, cell.v, 10, cell.clear);
    if (cell.ci) {
      axis.interval(cell.ci, "whisker", 0);
      for (const end of cell.ci) axis.mark(end, CAP, "whisker");
    }
    return axis.svg;
  },
};

function swatch(colour) {
  const square = element("i", { className: "swatch", ariaHidden: "true" });
  square.style.background = `var(--st-${colour}-color)`;
  return square;
}

function word(cell, className) {
  return element("span", { className }, cell.text ?? cell);
}

// Marks in percent of the cell's width: they move with the column and need no code for it.
function drawing(cell, column, gridLines) {
  const x = scale(column);
  const [low, high] = column.domain;
  const svg = shape("svg", { role: "img", "aria-label": cell.title ?? "" });
  for (const at of gridLines)
    shape("line", { class: "grid", x1: `${x(at)}%`, x2: `${x(at)}%`, y1: 0, y2: "100%" }, svg);
  return {
    svg,
    bar(from, to, height, clear) {
      const [left, right] = [x(from), x(to)].sort((a, b) => a - b);
      const box = {
        x: `${left}%`,
        width: `${right - left}%`,
        y: "50%",
        height,
        transform: `translate(0 ${-height / 2})`,
      };
      shape("rect", { class: clear === false ? "gap-bar unclear" : "gap-bar", ...box }, svg);
    },
    interval([from, to], className, below) {
      const line = { x1: `${x(from)}%`, x2: `${x(to)}%`, y1: "50%", y2: "50%", transform: `translate(0 ${below})` };
      shape("line", { class: className, ...line }, svg);
    },
    mark(value, path, className) {
      const place = shape("svg", { x: `${x(value)}%`, y: "50%", overflow: "visible" }, svg);
      const d = path === CAP ? path : value < low ? BEYOND_LEFT : value > high ? BEYOND_RIGHT : path;
      shape("path", { d, class: className }, place);
    },
  };
}

function scale({ domain: [low, high] }) {
  return (value) => Math.max(0, Math.min(100, (100 * (value - low)) / (high - low)));
}

// ---------------------------------------------------------------- order

function sortBy(table, column) {
  const [key, direction] = table.sort ?? [];
  const first = column.num || column.domain || column.max ? -1 : 1;
  table.sort = [column.key, key === column.key ? -direction : first];
  sortRows(table);
}

function sortRows(table) {
  const [key, direction] = table.sort ?? [];
  if (key) table.rows.sort((a, b) => compare(a.record, b.record, key, direction));
  table.body.append(...table.rows.map(({ tr }) => tr));
  for (const th of table.view.querySelectorAll("th")) markHeader(th, th.dataset.key === key ? direction : 0);
  fold(table);
  bracketTies(table, key === table.data.tie_key);
  makeReachable(table, table.rows[0]?.tr);
}

// Low support stands after all others, undefined after the defined, in both directions.
function compare(a, b, key, direction) {
  const [x, y] = [sortValue(a, key), sortValue(b, key)];
  if (Boolean(a.low) !== Boolean(b.low)) return a.low ? 1 : -1;
  if (x == null || y == null) return (x == null) - (y == null);
  const order =
    typeof x === "string" && typeof y === "string" ? x.localeCompare(y, undefined, { numeric: true }) : x - y;
  return direction * order;
}

function sortValue(record, key) {
  if (record.sort && key in record.sort) return record.sort[key];
  const cell = record[key];
  return cell !== null && typeof cell === "object" ? (cell.v ?? cell.m ?? cell.text) : cell;
}

function markHeader(th, direction) {
  th.querySelector(".arrow").textContent = { "-1": " ↓", 0: "", 1: " ↑" }[direction];
  if (direction) th.setAttribute("aria-sort", direction < 0 ? "descending" : "ascending");
  else th.removeAttribute("aria-sort");
}

function bracketTies(table, shown) {
  const tieAt = (i) => table.rows[i]?.record.tie ?? null;
  table.rows.forEach(({ tr }, i) => {
    const [first, last] = [tieAt(i) !== tieAt(i - 1), tieAt(i) !== tieAt(i + 1)];
    const classes = tr.querySelector(".rank")?.classList;
    classes?.toggle("tied", shown && tieAt(i) !== null && !(first && last));
    classes?.toggle("first", first);
    classes?.toggle("last", last);
  });
}

// ---------------------------------------------------------------- opening a row, by mouse and by keyboard

function openRow(table, tr) {
  if (!tr || !table.data.opens) return;
  makeReachable(table, tr);
  table.open(tr.dataset.id);
}

function moveFocus(table, event) {
  const at = table.rows.findIndex(({ tr }) => tr === event.target.closest("tr"));
  const last = table.rows.length - 1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: last }[
    event.key
  ];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  focusRow(table, Math.max(0, Math.min(last, to)));
}

function focusRow(table, at) {
  const tr = table.rows[at]?.tr;
  if (!tr) return;
  if (tr.hidden) table.rowsButton.click();
  makeReachable(table, tr);
  tr.querySelector("button")?.focus();
}

// Tab reaches one row, the arrows reach the others.
function makeReachable(table, tr) {
  for (const button of table.body.querySelectorAll("button")) button.tabIndex = button.closest("tr") === tr ? 0 : -1;
}

function markSelected(table) {
  const { rows, data } = table;
  fold(table);
  for (const { tr } of rows) {
    if (tr.dataset.id === data.selected) tr.setAttribute("aria-current", "true");
    else tr.removeAttribute("aria-current");
  }
}
