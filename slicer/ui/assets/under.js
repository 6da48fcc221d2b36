// What stands under the cells of a row: a quiet sentence, buttons that do something with the row, and lines to open.

function drawUnder({ id, under }, place) {
  const td = element("td", { role: "cell", className: "under" });
  td.style.gridColumn = `${place} / -1`;
  if (under.note) td.append(element("p", { className: "note" }, under.note));
  const line = element("div", { className: "does" }, ...under.actions.map(drawAction));
  if (under.more.length) line.append(drawMore(id, under));
  if (line.childElementCount) td.append(line);
  return td;
}

function drawAction({ key, label, title, done }) {
  const button = element("button", { type: "button", className: "act", disabled: done, title }, label);
  button.dataset.action = key;
  return button;
}

function drawMore(id, { more_label, more }) {
  const lines = more.map(([text, rest]) =>
    element("li", {}, element("span", { className: "ink" }, text), " ", element("span", { className: "muted" }, rest)),
  );
  return element("details", {}, element("summary", {}, more_label), element("ul", {}, ...lines));
}

// A click on what stands under a row does that alone; it does not open the row.
function actByMouse(table, event) {
  const button = event.target.closest(".act");
  if (button) table.act(button.dataset.action, button.closest("tr").dataset.id);
  return Boolean(event.target.closest(".does"));
}
