// Reading and tagging at the speed of the keyboard. Keys work wherever the focus is; every key is also a button.
// Streamlit calls the default export again at every rerun and its clean-up only at the end, so everything that must
// exist once (the desk, the listeners, the nodes) lives in the card.

const PLACE = "slicer.place.";
const AUTO_ADVANCE = "slicer.auto-advance";
const LOOK_AHEAD = 40; // examples in hand below which more are asked for: a second of the fastest keys
const IDLE = 1500; // milliseconds without a key or an answer before the page may take new numbers

const TYPING = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=spinbutton]";
const KEYS_OF_THEIR_OWN =
  "[role=dialog], [role=listbox], [role=menu], [role=grid], [role=slider], [data-testid=stDataFrame]";
const PRESSABLE = "button, a[href], summary, [role=button], [role=tab], [role=radio], [role=checkbox], [role=switch]";

const cards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#card");
  const card = cards.get(root) ?? createCard(root);
  cards.set(root, card);
  const run = ++card.runs;
  card.trigger = setTriggerValue;
  attach(card);
  receive(card, data);
  return () => run === card.runs && detach(card); // a clean-up that comes late must not silence a newer run
}

function createCard(root) {
  const card = { runs: 0, desk: null, autoAdvance: recall(AUTO_ADVANCE) ?? false, settled: outbox.answers };
  card.commands = commandsOf(card);
  card.newTag = tagField(card);
  card.judge = judgeField(root, () => Array.from(card.desk.keys), (verdict) => judge(card, verdict));
  card.view = createView(root, card.commands, card.newTag.form, card.judge.place, (name) => toggleTag(card, name));
  card.onKey = (event) => answerKey(card, event);
  card.onLeave = () => {
    closeNote(card);
    places.leave(card.desk);
  };
  // Streamlit's own keys (R, C) see an event from inside a component as coming from no input at all
  root.addEventListener("keydown", (event) => event.target.matches(TYPING) && event.stopPropagation());
  return card;
}

// The same function can be added only once, however often it is tried.
function attach(card) {
  document.addEventListener("keydown", card.onKey);
  window.addEventListener("pagehide", card.onLeave);
  outbox.changed = () => paint(card);
}

function detach(card) {
  card.onLeave();
  document.removeEventListener("keydown", card.onKey);
  window.removeEventListener("pagehide", card.onLeave);
  outbox.changed = () => {};
  clearTimeout(card.settling);
}

function commandsOf(card) {
  const here = () => current(card.desk) !== null;
  return [
    { keys: ["n"], caps: ["N"], label: "note", what: "write a note", run: () => openNote(card), enabled: here },
    {
      keys: ["v"],
      caps: ["V"],
      label: "verdict",
      what: "say what is wrong: the model, the label, or neither",
      run: () => beginVerdict(card),
      enabled: here,
      expanded: () => card.judge.open,
    },
    {
      keys: ["t"],
      caps: ["T"],
      label: "new tag",
      what: "make a new tag",
      run: () => card.newTag.open(),
      enabled: here,
    },
    {
      keys: ["a"],
      caps: ["A"],
      label: "auto-advance",
      what: "a tag also means reviewed, and turns to the next example",
      run: () => switchAuto(card),
      pressed: () => card.autoAdvance,
    },
    {
      keys: ["h"],
      caps: ["H"],
      label: "keys",
      what: "this list",
      run: () => switchHelp(card),
      expanded: () => !card.view.help.hidden,
    },
    {
      keys: ["u"],
      caps: ["U"],
      label: "undo",
      what: "take the last action back",
      run: () => takeBack(card),
      enabled: () => card.desk.done.length > 0,
      right: true,
    },
    {
      keys: ["y"],
      caps: ["Y"],
      label: "redo",
      what: "do again what was taken back",
      run: () => putBack(card),
      enabled: () => card.desk.undone.length > 0,
      right: true,
    },
    {
      keys: ["arrowleft"],
      caps: ["←"],
      label: "back",
      what: "the example before",
      run: () => go(card, card.desk.position - 1),
      enabled: () => card.desk.position > 0,
      right: true,
      repeats: true,
    },
    {
      keys: ["enter", "arrowright"],
      caps: ["Enter", "→"],
      label: "reviewed, next",
      what: "reviewed, and on to the next example",
      run: () => review(card),
      enabled: here,
      right: true,
      primary: true,
    },
  ];
}

// ---------------------------------------------------------------- from and to Python

function receive(card, data) {
  const arrived = card.desk?.place !== data.place_key;
  if (arrived) {
    if (card.desk) card.onLeave();
    card.desk = createDesk(data);
  }
  outbox.connect(data.token);
  take(card.desk, data);
  if (card.desk.items.has(card.asked)) card.asked = undefined;
  if (arrived) go(card, placeToOpen(card.desk, data.start), { onward: !recall(PLACE + card.desk.place) });
  else paint(card);
}

// After F5 the same example, even where the queue has moved a little; else where Python says.
function placeToOpen(desk, start) {
  const kept = recall(PLACE + desk.place);
  return desk.positions.get(kept?.example) ?? kept?.position ?? start;
}

function askFor(card, first) {
  if (card.asked === first) return;
  card.asked = first;
  card.trigger("more", first);
}

// Some time after the last word is saved, the page outside the card may count again.
function settleLater(card) {
  clearTimeout(card.settling);
  if (outbox.pending.length || outbox.answers === card.settled) return;
  card.settling = setTimeout(() => {
    card.settled = outbox.answers;
    card.trigger("settled", outbox.acked);
  }, IDLE);
}

// ---------------------------------------------------------------- moving

// Onward: any unread example would do, so that one which somebody else has before them is left to them.
function go(card, position, { onward = false, told = false } = {}) {
  const { desk } = card;
  closeNote(card);
  card.judge.close();
  desk.position = Math.max(0, Math.min(desk.total, position));
  remember(PLACE + desk.place, { example: current(desk)?.id, position: desk.position });
  fetchAhead(card);
  preload(desk);
  paint(card);
  if (!told) places.tell(desk, onward, (from, to) => giveWay(card, desk, from, to));
}

// Goes elsewhere, unless the person has begun here, or has turned on.
function giveWay(card, desk, from, to) {
  const begun = card.writing || !card.newTag.form.hidden || desk.facts.has(current(desk)?.id);
  const known = desk.items.get(to);
  if (card.desk !== desk || desk.position !== from || begun) return;
  if (to < from && known && valueOf(desk, known, "reviewed")) return; // read here a moment ago
  go(card, to, { told: true });
}

// Asks for what is missing here or soon; going backwards, for a batch that ends here.
function fetchAhead(card) {
  const { desk } = card;
  let missing = desk.position;
  while (desk.items.has(missing)) missing += 1;
  if (missing >= desk.total || missing > desk.position + LOOK_AHEAD) return;
  const backwards = missing === desk.position && desk.items.has(missing + 1);
  askFor(card, backwards ? Math.max(0, missing + 1 - desk.batch) : missing);
}

function preload(desk) {
  for (const ahead of [1, 2]) {
    const media = desk.items.get(desk.position + ahead)?.media;
    if (media?.kind === "image") new Image().src = media.src;
  }
}

// ---------------------------------------------------------------- what she says

function toggleTag(card, name) {
  const { desk } = card;
  const item = current(desk);
  if (!item) return;
  const on = !valueOf(desk, item, tagFact(name));
  const facts = [[tagFact(name), on]];
  if (on && card.autoAdvance) facts.push(["reviewed", true]);
  act(desk, ...facts);
  speak(card, on ? `Tagged ${name}` : `Took ${name} off`);
  if (facts.length > 1) go(card, desk.position + 1, { onward: true });
  else paint(card);
}

function beginVerdict(card) {
  const item = current(card.desk);
  if (!item) return;
  card.judge.begin(card.desk, item, valueOf(card.desk, item, "verdict"));
  paint(card);
}

function judge(card, verdict) {
  const { desk } = card;
  const item = current(desk);
  if (!item || valueOf(desk, item, "verdict") === verdict) return paint(card);
  act(desk, ["verdict", verdict]);
  speak(card, verdict ? `Verdict: ${verdict}` : "Took the verdict back");
  return paint(card);
}

function review(card) {
  if (!current(card.desk)) return;
  closeNote(card);
  act(card.desk, ["reviewed", true]);
  go(card, card.desk.position + 1, { onward: true });
  const { position, total } = card.desk;
  speak(card, position < total ? `Reviewed. Example ${position + 1} of ${total}` : "Reviewed. Queue finished");
}

function takeBack(card) {
  closeNote(card);
  const changes = undo(card.desk);
  if (!changes) return;
  go(card, changes[0].position);
  speak(card, `Undone: ${inWords(changes)}`);
}

function putBack(card) {
  closeNote(card);
  const changes = redo(card.desk);
  if (!changes) return;
  const turned = changes.some(({ fact }) => fact === "reviewed");
  go(card, changes[0].position + (turned ? 1 : 0));
  speak(card, `Done again: ${inWords(changes)}`);
}

function inWords(changes) {
  return changes.map(({ fact }) => fact).join(", ");
}

function switchAuto(card) {
  card.autoAdvance = !card.autoAdvance;
  remember(AUTO_ADVANCE, card.autoAdvance);
  speak(card, card.autoAdvance ? "Auto-advance on" : "Auto-advance off");
  paint(card);
}

function switchHelp(card) {
  card.view.help.hidden = !card.view.help.hidden;
  paint(card);
}

function speak(card, sentence) {
  card.view.spoken.textContent = sentence;
}

// ---------------------------------------------------------------- writing: a note, a new tag

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

// ---------------------------------------------------------------- keys

function answerKey(card, event) {
  const command = commandFor(card, event);
  if (!command || (event.repeat && !command.repeats)) return;
  event.preventDefault();
  command.run();
}

function commandFor(card, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const path = event.composedPath().filter((node) => node instanceof Element);
  if (path[0]?.matches(TYPING) || path.some((node) => node.matches(KEYS_OF_THEIR_OWN))) return null;
  const key = keyOf(event);
  if (["enter", " "].includes(key) && path[0]?.matches(PRESSABLE)) return null;
  if (card.judge.open) {
    if (key === "escape") return { run: () => (card.judge.close(), paint(card)) };
    const choice = card.judge.choices.find((one) => one.key === key);
    if (choice) return choice;
  }
  if (key === "escape" && !card.view.help.hidden) return { run: () => switchHelp(card) };
  if (key === " ") return playable(card);
  const tag = card.desk.tags.find((one) => one.key && one.key === key);
  return card.commands.find(({ keys }) => keys.includes(key)) ?? (tag && { run: () => toggleTag(card, tag.name) });
}

// Digits and letters by their place on the keyboard where the layout has something else there.
function keyOf({ key, code }) {
  if (key.length > 1 || /^[a-z0-9 ]$/i.test(key)) return key.toLowerCase();
  return /^(?:Digit|Numpad|Key)(\w)$/.exec(code)?.[1].toLowerCase() ?? key;
}

function playable(card) {
  const audio = card.view.example.querySelector("audio");
  return audio && { run: () => (audio.paused ? audio.play() : audio.pause()) };
}

// ---------------------------------------------------------------- painting

function paint(card) {
  const { desk, view } = card;
  paintProgress(view, desk);
  paintProblem(view);
  paintPlace(card);
  paintNote(card);
  paintVerdict(view, desk);
  paintTags(view, desk);
  paintCommands(view);
  if (!view.help.hidden) view.help.replaceChildren(...drawHelp(card.commands, desk.tags));
  settleLater(card);
}

function paintPlace(card) {
  const { desk, view } = card;
  const item = current(desk);
  if (item) {
    const { tags, note, verdict, ...shown } = item; // shown elsewhere: news of them must not restart a recording
    shown.reviewed = valueOf(desk, item, "reviewed");
    const what = JSON.stringify([shown, desk.position, desk.total]);
    replaceIn(view, "example", what, () => drawExample(shown, desk.position, desk.total));
  } else if (desk.position < desk.total) {
    replaceIn(view, "example", `wait ${desk.position}`, () => drawWaiting(card));
  } else {
    const [title, sentence] = desk.total ? farewell(desk) : ["Nothing in this queue", "No example fits it."];
    replaceIn(view, "example", title + sentence, () => drawMessage(title, sentence));
  }
}

function farewell(desk) {
  const sentence = outbox.pending.length ? "The last events are on their way." : "Everything is saved.";
  return [`Queue finished: ${reviewedCount(desk)} reviewed`, sentence];
}

function drawWaiting(card) {
  const again = element("button", { type: "button" }, "Ask again");
  again.addEventListener("click", () => {
    card.asked = undefined;
    fetchAhead(card);
  });
  return drawMessage("Fetching the next examples", "They are on their way.", again);
}
