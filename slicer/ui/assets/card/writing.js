// What is written with the keyboard: a note, the name of a new tag.

function openNote(card) {
  const { desk, view } = card;
  const item = current(desk);
  if (!item || card.writing) return;
  const field = element("textarea", { rows: 3, value: valueOf(desk, item, "note"), ariaLabel: "Note", dir: "auto" });
  const close = element("button", { type: "button" }, element("kbd", {}, "Esc"), "save and close");
  close.addEventListener("click", () => closeNote(card));
  field.addEventListener("keydown", (event) => {
    const done = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
    if (done) closeNote(card);
  });
  card.writing = field;
  view.note.replaceChildren(field, close);
  view.note.hidden = false;
  field.focus();
}

function closeNote(card) {
  if (!card.writing) return;
  const text = card.writing.value.trim();
  card.writing = null;
  if (text !== valueOf(card.desk, current(card.desk), "note")) act(card.desk, ["note", text]);
  paint(card);
}

function paintNote(card) {
  const { desk, view } = card;
  if (card.writing) return;
  const item = current(desk);
  const note = item ? valueOf(desk, item, "note") : "";
  view.note.hidden = !note;
  view.note.replaceChildren(element("span", { className: "label" }, "note"), element("p", { dir: "auto" }, note));
}

function tagField(card) {
  const input = element("input", {
    type: "text",
    maxLength: 80,
    placeholder: "name of the new tag",
    ariaLabel: "Name of the new tag",
  });
  const create = element("button", { type: "submit" }, element("kbd", {}, "Enter"), "tag this example");
  const form = element("form", { className: "new-tag", hidden: true }, input, create);
  const close = () => {
    input.value = "";
    input.blur(); // hiding alone would leave the keys with it for a moment
    form.hidden = true;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = input.value.trim().replace(/\s+/g, " ");
    const item = current(card.desk);
    close();
    if (name && item && !valueOf(card.desk, item, tagFact(name))) toggleTag(card, name);
  });
  input.addEventListener("keydown", (event) => event.key === "Escape" && close());
  const open = () => {
    if (!current(card.desk)) return;
    form.hidden = false;
    input.focus();
  };
  return { form, open };
}
