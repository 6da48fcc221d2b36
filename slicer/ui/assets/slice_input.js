// A line of the slice language: completes columns, operators and values, and says how many rows the draft holds.
// Streamlit calls the default export again at every rerun; the draft lives as long as the field stands on the page.

const TOKEN = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[\p{L}_][\p{L}\p{N}_]*|<=|>=|!=|<>|==|[=<>(),]/giu;
const KEYWORDS = new Set("and or not in between contains starts with matches is missing present true false".split(" "));
const PAUSE = 220; // ms without a key before the server is asked
const MOST = 60; // suggestions shown

const OPERATORS = {
  text: ["=", "!=", "in (", "contains", "has word", "starts with", "is missing", "is present"],
  number: ["=", "<", "<=", ">", ">=", "between", "in (", "is missing", "is present"],
  boolean: ["=", "is missing", "is present"],
  length: ["<=", ">=", "=", "<", ">", "between", "in ("],
};

const MEASURES = ["words", "characters"]; // of a text, as in words(text) <= 20

const fields = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#field");
  const field = fields.get(root) ?? createField(root);
  fields.set(root, field);
  field.send = (text) => setTriggerValue("commit", text);
  update(field, data);
}

function createField(root) {
  const input = element("input", { type: "text", spellcheck: false, autocomplete: "off" });
  const list = element("ul", { id: "suggestions", hidden: true });
  const field = {
    input,
    list,
    said: element("output", { className: "said" }),
    clear: element("button", { type: "button", className: "clear", textContent: "×", title: "Clear" }),
    values: new Map(),
    given: null,
    chosen: -1,
    offers: [],
  };
  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": "suggestions",
    "aria-expanded": "false",
  }))
    input.setAttribute(name, value);
  root.replaceChildren(element("div", { className: "line" }, input, field.said, field.clear), list);
  input.addEventListener("input", () => {
    suggest(field);
    ask(field);
  });
  input.addEventListener("focus", () => suggest(field));
  input.addEventListener("click", () => suggest(field));
  input.addEventListener("blur", () => {
    close(field);
    commit(field);
  });
  input.addEventListener("keydown", (event) => press(field, event));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const place = event.target.closest("li")?.dataset.place;
    if (place !== undefined) accept(field, Number(place));
  });
  field.clear.addEventListener("mousedown", (event) => event.preventDefault());
  field.clear.addEventListener("click", () => {
    input.value = "";
    close(field);
    commit(field);
    ask(field);
  });
  return field;
}

function update(field, data) {
  const { input } = field;
  const elsewhere = field.data?.endpoint !== data.endpoint; // another data set: the draft was of the old one
  field.data = data;
  input.placeholder = data.placeholder;
  input.ariaLabel = data.label;
  if (elsewhere) field.values.clear();
  if (elsewhere || field.given !== data.text) input.value = data.text;
  const asked = `${data.text}\n${data.where}\n${data.metric}\n${data.endpoint}`;
  if (field.given !== data.text || field.asked !== asked) ask(field);
  field.given = data.text;
  field.asked = asked;
  field.clear.hidden = !input.value;
}

// Enter, or leaving the field. What cannot be read stays where it is, with the reason beside it.
async function commit(field) {
  const text = field.input.value.trim();
  if (text === field.given) return;
  clearTimeout(field.timer);
  field.done = text; // no longer being written: what is wrong with it is said
  if (text && field.answered !== text) await answer(field);
  if (field.input.value.trim() !== text) return;
  if (field.refused === text) return say(field, field.wrong, true);
  field.given = text;
  field.send(text);
}

// ---------------------------------------------------------------- what the draft holds

function ask(field) {
  clearTimeout(field.timer);
  field.clear.hidden = !field.input.value;
  field.timer = setTimeout(() => answer(field), PAUSE);
}

async function answer(field) {
  const slice = field.input.value.trim();
  field.refused = null;
  if (!slice) return say(field, field.data.empty, false);
  const { where, metric } = field.data;
  const found = await get(field, "support", { slice, where, metric }).catch(() => null);
  if (!found || field.input.value.trim() !== slice) return;
  field.answered = slice;
  if (found.error) Object.assign(field, { refused: slice, wrong: found.error });
  const writing = slice !== field.given && slice !== field.done && field.input.getRootNode().activeElement === field.input;
  if (found.unfinished && writing) return say(field, "", false);
  say(field, found.error ?? (field.data.detail === "sentence" ? found.sentence : found.rows), Boolean(found.error));
}

function say(field, sentence, wrong) {
  field.said.textContent = sentence;
  field.said.title = sentence;
  field.said.classList.toggle("wrong", wrong);
  field.input.setAttribute("aria-invalid", String(wrong));
}

async function get(field, what, parameters) {
  const { endpoint, run, token } = field.data;
  const query = new URLSearchParams({ run, ...parameters });
  const response = await fetch(`${endpoint}/${what}?${query}`, { headers: { "X-Slicer-Token": token } });
  return response.json();
}

// ---------------------------------------------------------------- what could come next

async function suggest(field) {
  const { input } = field;
  const before = input.value.slice(0, input.selectionStart ?? input.value.length);
  const { tokens, partial } = read(before);
  const expected = expectation(tokens);
  let offers = [];
  if (expected.what === "column") offers = columnOffers(field, tokens.length === 0, expected.measure);
  if (expected.what === "operator") offers = operatorOffers(field, expected.column, expected.measure);
  if (expected.what === "word") offers = expected.words.map((text) => ({ text }));
  if (expected.what === "value") {
    offers = await valueOffers(field, expected.column);
    if (before !== input.value.slice(0, input.selectionStart)) return;
  }
  const wanted = partial.replace(/^['"]/, "").toLowerCase();
  const fitting = offers.filter(({ text, label }) => (label ?? text).replace(/^['"]/, "").toLowerCase().includes(wanted));
  const starting = ({ text, label }) => (label ?? text).replace(/^['"]/, "").toLowerCase().startsWith(wanted);
  if (wanted) fitting.sort((a, b) => starting(b) - starting(a));
  field.offers = fitting.length === 1 && fitting[0].text === partial ? [] : fitting.slice(0, MOST);
  field.partial = partial;
  field.chosen = -1;
  draw(field);
}

// The words before the caret, and the one being written.
function read(text) {
  const found = [...text.matchAll(TOKEN)];
  const last = found.at(-1);
  const open = last && last.index + last[0].length === text.length && !/^[(),]$/.test(last[0]) && !complete(last[0]);
  return { tokens: found.slice(0, open ? -1 : undefined).map(([word]) => word), partial: open ? last[0] : "" };
}

function complete(word) {
  return word.length > 1 && /^['"]/.test(word) && word.endsWith(word[0]);
}

function expectation(tokens) {
  let [what, column, words, measure] = ["column", null, null, false];
  const next = (then, said = null) => ([what, words] = [then, said]);
  for (const [place, token] of tokens.entries()) {
    const word = token.toLowerCase();
    if (what === "column") {
      if (word === "not" || word === "(") continue;
      if (MEASURES.includes(word) && tokens[place + 1] === "(") {
        measure = true;
        continue;
      }
      column = token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token;
      if (measure) next("word", [")"]);
      else next("operator");
    } else if (what === "operator") {
      if (word === "not") continue;
      if (word === "in") next("word", ["("]);
      else if (word === "between") next("low");
      else if (word === "starts") next("word", ["with"]);
      else if (word === "has") next("word", ["word"]);
      else if (word === "is") next("word", ["missing", "present"]);
      else next(["contains", "matches"].includes(word) ? "free" : "value");
    } else if (what === "low") next("word", ["and "]);
    else if (what === "word" && words.includes("(") && word === "(") next("list");
    else if (what === "list") next("word", [",", ")"]);
    else if (what === "word" && word === "," && words.includes(",")) next("list");
    else if (what === "word" && ["with", "word"].includes(word)) next("free");
    else if (what === "word" && words[0] === ")" && word === ")") next("operator");
    else if (what === "word" && words[0] === "and " && word === "and") next("free");
    else if (what === "word" && ["and", "or"].includes(word) && words.includes("or")) {
      measure = false;
      next("column");
    } else next("word", ["and", "or"]);
  }
  if (what === "list" || what === "low") what = "value";
  if (what === "value" && measure) what = "free"; // a length has no list of values
  return { what, column, words, measure };
}

function columnOffers(field, first, measured) {
  const { columns, saved, texts } = field.data;
  const names = columns.map(([name, , sub]) => ({ text: quoted(name), label: name, sub }));
  const named = first ? saved.map(([name, slice]) => ({ text: slice, label: name, sub: "saved" })) : [];
  const lengths = measured ? [] : texts.flatMap((name) => MEASURES.map((one) => `${one}(${quoted(name)})`));
  return [...named, ...names, ...lengths.map((text) => ({ text, sub: "length" }))];
}

function operatorOffers(field, column, measured) {
  if (measured) return OPERATORS.length.map((text) => ({ text }));
  const kind = field.data.columns.find(([name]) => name === column)?.[1];
  return (OPERATORS[kind] ?? OPERATORS.text).map((text) => ({ text }));
}

async function valueOffers(field, column) {
  if (!field.values.has(column)) {
    const found = await get(field, "values", { column }).catch(() => ({}));
    field.values.set(
      column,
      (found.values ?? []).map(([text, sub]) => ({ text, sub })),
    );
  }
  return field.values.get(column);
}

function quoted(name) {
  const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !KEYWORDS.has(name.toLowerCase());
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

function draw(field) {
  const { list, offers, input } = field;
  list.replaceChildren(
    ...offers.map(({ text, label, sub }, place) => {
      const item = element("li", { id: `offer-${place}` }, element("span", { className: "what" }, label ?? text));
      item.dataset.place = place;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(place === field.chosen));
      if (sub) item.append(element("span", { className: "sub" }, sub));
      return item;
    }),
  );
  list.hidden = offers.length === 0 || input.getRootNode().activeElement !== input;
  list.classList.toggle("above", input.getBoundingClientRect().top > 0.6 * window.innerHeight);
  input.setAttribute("aria-expanded", String(!list.hidden));
}

function close(field) {
  field.list.hidden = true;
  field.input.setAttribute("aria-expanded", "false");
}

// ---------------------------------------------------------------- taking a suggestion

function press(field, event) {
  const open = !field.list.hidden;
  if (event.key === "Enter" && !(open && field.chosen >= 0)) {
    close(field);
    return commit(field);
  }
  if (event.key === "Escape") return close(field);
  if (!open) return event.key === "ArrowDown" ? suggest(field) : undefined;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(field, (field.chosen + step + field.offers.length) % field.offers.length);
  } else if (event.key === "Enter" || (event.key === "Tab" && (field.chosen >= 0 || field.partial))) {
    event.preventDefault();
    accept(field, Math.max(field.chosen, 0));
  }
}

function choose(field, place) {
  field.chosen = place;
  [...field.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === place)));
  field.list.children[place]?.scrollIntoView({ block: "nearest" });
  field.input.setAttribute("aria-activedescendant", `offer-${place}`);
}

function accept(field, place) {
  const { input, offers, partial } = field;
  const end = input.selectionStart ?? input.value.length;
  const before = input.value.slice(0, end - partial.length);
  const word = offers[place].text;
  const apart = before && !/[\s(]$/.test(before) && !/^[,)]/.test(word) ? " " : "";
  const after = word.endsWith("(") ? "" : " ";
  const written = before.trimEnd().length && /^[,)]/.test(word) ? before.trimEnd() + word + after : before + apart + word + after;
  input.value = written + input.value.slice(end).trimStart();
  input.setSelectionRange(written.length, written.length);
  input.focus();
  suggest(field);
  ask(field);
}
