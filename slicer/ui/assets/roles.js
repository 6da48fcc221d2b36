// What each column of a file is, a line each: click the role, choose another. Streamlit calls the default export again
// at every rerun; what the reader chose here stands, whatever arrives late, and goes to Python as a whole each time.

const lists = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("#roles");
  const list = lists.get(root) ?? createList(root, data.choices);
  lists.set(root, list);
  list.send = () => setStateValue("choices", { ...list.choices });
  list.roles = new Map(data.roles.map((role) => [role.name, role]));
  const columns = JSON.stringify([data.lines.map(({ column }) => column), data.roles]);
  if (columns !== list.drawn) draw(list, data);
  list.drawn = columns;
  data.lines.forEach((line, place) => show(list, list.lines[place], line));
}

function createList(root, choices) {
  const body = element("tbody", { role: "rowgroup" });
  const titles = ["Column", "Role", "Values", "Why"].map((title) =>
    element("th", { role: "columnheader", scope: "col" }, title),
  );
  const head = element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...titles));
  root.replaceChildren(element("table", { role: "table", ariaLabel: "What each column is" }, head, body));
  return { body, lines: [], choices: { ...choices }, drawn: "", send: null, roles: null };
}

function draw(list, { lines, roles }) {
  list.lines = lines.map(({ column }) => createLine(list, column, roles));
  list.body.replaceChildren(...list.lines.map(({ row }) => row));
}

function createLine(list, column, roles) {
  const options = roles.map(({ name, words, help }) => element("option", { value: name, title: help }, words));
  const select = element("select", { ariaLabel: `Role of ${column}` }, ...options);
  const run = element("input", { type: "text", placeholder: "run", ariaLabel: `Run of ${column}` });
  const ofClass = element("input", { type: "text", placeholder: "class", ariaLabel: `Class of ${column}` });
  const values = element("td", { role: "cell", className: "values" });
  const why = element("td", { role: "cell", className: "why" });
  const leak = element("span");
  const leaveOut = element("button", { type: "button", ariaLabel: `Leave out ${column}` }, "Leave it out");
  const warning = element("td", { role: "cell", className: "warning", hidden: true }, leak, leaveOut);
  const name = element("td", { role: "cell", className: "column", title: column }, element("bdi", {}, column));
  const role = element("td", { role: "cell", className: "role" }, select, run, ofClass);
  const row = element("tr", { role: "row" }, name, role, values, why, warning);
  const line = { row, select, run, ofClass, values, why, leak, warning };
  const choose = (choice) => {
    list.choices[column] = choice;
    setRole(list, line, choice.role);
    list.send();
  };
  // a new role has no run and no class of its own yet: Python finds them in the column's name
  select.addEventListener("change", () => choose({ role: select.value, run: "", class: "" }));
  for (const input of [run, ofClass]) {
    input.addEventListener("change", () =>
      choose({ role: select.value, run: run.value.trim(), class: ofClass.value.trim() }),
    );
  }
  leaveOut.addEventListener("click", () => {
    select.focus();
    choose({ role: "ignore", run: "", class: "" });
  });
  return line;
}

// What Python knows of a line, below what was chosen here in the meantime.
function show(list, line, known) {
  const chosen = list.choices[known.column];
  const late = chosen !== undefined && chosen.role !== known.role;
  const words = late ? { run: "", class: "", why: "", warning: "" } : known;
  setRole(list, line, late ? chosen.role : known.role);
  setValue(line.run, chosen?.run || words.run);
  setValue(line.ofClass, chosen?.class || words.class);
  line.row.classList.toggle("chosen", chosen !== undefined);
  line.values.textContent = known.values;
  line.values.title = known.values;
  line.why.textContent = words.why;
  line.why.title = words.why;
  line.leak.textContent = words.warning;
  line.warning.hidden = !words.warning;
}

function setRole(list, line, name) {
  const role = list.roles.get(name);
  line.select.value = name;
  line.select.title = role.help;
  line.run.hidden = !role.run;
  line.ofClass.hidden = !role.of_class;
  line.row.classList.toggle("left-out", name === "ignore");
}

// Not while somebody types there.
function setValue(input, text) {
  if (input.getRootNode().activeElement !== input) input.value = text;
}
