// Walking the queue: the batch at hand, the example on screen, the next ones on their way.

const PLACE = "slicer.place.";
const LOOK_AHEAD = 40; // examples in hand below which more are asked for: a second of the fastest keys
const IDLE = 1500; // milliseconds without a key or an answer before the page may take new numbers
const LATEST = 10_000; // milliseconds until it takes them while a person reads on without a pause

function receive(card, data) {
  const arrived = card.desk?.place !== data.place_key;
  if (arrived) {
    if (card.desk) card.onLeave();
    card.desk = createDesk(data);
    card.search.close();
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

// Some time after the last word is saved, the page outside the card may count again; now and then in between as well.
function settleLater(card) {
  clearTimeout(card.settling);
  if (outbox.answers === card.settled) return;
  card.unsettled ??= performance.now();
  if (outbox.pending.length) return;
  const left = card.unsettled + LATEST - performance.now();
  card.settling = setTimeout(() => {
    card.settled = outbox.answers;
    card.unsettled = undefined;
    card.trigger("settled", outbox.acked);
  }, Math.max(0, Math.min(IDLE, left)));
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
