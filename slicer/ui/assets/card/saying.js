// What a person says of an example, each at one stroke: a tag, a verdict, reviewed; and taking it back.

const AUTO_ADVANCE = "slicer.auto-advance";

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
