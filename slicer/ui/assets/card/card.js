// Reading and tagging at the speed of the keyboard.
// Streamlit calls the default export again at every rerun and its clean-up only at the end, so everything that must
// exist once (the desk, the listeners, the nodes) lives in the card.

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
  card.search = searchField(card);
  card.judge = judgeField(root, () => Array.from(card.desk.keys), (verdict) => judge(card, verdict));
  const fields = { newTag: card.newTag.form, judge: card.judge.place, search: card.search.place };
  card.view = createView(root, card.commands, fields, (name) => toggleTag(card, name));
  card.view.example.addEventListener("toggle", () => markAgain(card), { capture: true });
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
