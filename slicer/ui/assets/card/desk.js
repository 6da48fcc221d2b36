// One queue as the reader works through it: the examples at hand, what she has said of them, what she can take back.
//
// The server's word on an example (its tags, whether it is reviewed, its note) comes with `data` and may be older than
// what she has just said. Her word is kept as a fact beside it until the server says the same; every number shown is
// the server's plus the difference between the two, so that nothing is counted twice whatever order they arrive in.

function createDesk(data) {
  const desk = {
    place: data.place_key,
    keys: data.keys, // for tags, the next free one first
    tags: [],
    items: new Map(), // by position in the queue
    positions: new Map(), // by example id
    facts: new Map(), // example id -> what she has said -> value
    created: [], // names of new tags the server has not listed yet
    done: [], // actions, each a list of changes; the last can be undone
    undone: [],
    position: data.start,
  };
  for (const { address, event, effect } of outbox.pending) {
    if (address.endpoint === data.endpoint && address.dataset === data.dataset) say(desk, event.example, effect);
  }
  return desk;
}

// The server's latest word: another batch, or the same one with newer numbers.
function take(desk, data) {
  const fresh = new Set(data.items.map((item) => item.id));
  data.items.forEach((item, i) => {
    desk.items.set(data.offset + i, item);
    desk.positions.set(item.id, data.offset + i);
  });
  desk.total = data.total;
  desk.batch = data.items.length;
  desk.reviewed = data.reviewed;
  desk.places = data.places;
  desk.hits = data.hits;
  desk.classes = data.classes;
  desk.verdicts = data.verdicts;
  desk.address = { endpoint: data.endpoint, dataset: data.dataset, queue: data.queue, author: data.author };
  for (const example of desk.facts.keys()) {
    if (!outbox.waitsFor(example)) reconcile(desk, example, fresh.has(example));
  }
  const listed = new Set(data.tags.map((tag) => tag.name));
  desk.created = desk.created.filter((name) => !listed.has(name));
  desk.tags = withCreated(data.tags, desk.created, desk.keys);
}

// All she said of this example is saved: drop what the server repeats; beyond its batch, believe that it knows.
function reconcile(desk, example, told) {
  const item = itemOf(desk, example);
  const facts = desk.facts.get(example);
  for (const [fact, value] of facts) {
    if (item && !told) store(item, fact, value);
    if (!item || stored(item, fact) === value) facts.delete(fact);
  }
  if (!facts.size) desk.facts.delete(example);
}

function withCreated(tags, created, keys) {
  const all = tags.map((tag) => ({ ...tag }));
  for (const name of created) {
    const taken = new Set(all.map((tag) => tag.key));
    all.push({ name, count: 0, key: Array.from(keys).find((key) => !taken.has(key)) ?? "" });
  }
  return all;
}

// ---------------------------------------------------------------- facts: "reviewed", "note", "verdict" or "tag NAME"

function tagFact(name) {
  return `tag ${name}`;
}

function tagOf(fact) {
  return fact.startsWith("tag ") ? fact.slice(4) : null;
}

function stored(item, fact) {
  const tag = tagOf(fact);
  return tag === null ? item[fact] : item.tags.includes(tag);
}

function store(item, fact, value) {
  const tag = tagOf(fact);
  if (tag === null) item[fact] = value;
  else item.tags = value ? [...new Set([...item.tags, tag])] : item.tags.filter((name) => name !== tag);
}

function valueOf(desk, item, fact) {
  return desk.facts.get(item.id)?.get(fact) ?? stored(item, fact);
}

function say(desk, example, { fact, value }) {
  if (!desk.facts.has(example)) desk.facts.set(example, new Map());
  desk.facts.get(example).set(fact, value);
  const tag = tagOf(fact);
  if (tag !== null && ![...desk.tags.map(({ name }) => name), ...desk.created].includes(tag)) {
    desk.created.push(tag);
    desk.tags = withCreated(desk.tags, [tag], desk.keys);
  }
}

// How many more (or fewer) examples the fact holds for than the server had counted.
function countedBeyond(desk, fact) {
  let beyond = 0;
  for (const [example, facts] of desk.facts) {
    const item = itemOf(desk, example);
    if (item && facts.has(fact)) beyond += facts.get(fact) - stored(item, fact);
  }
  return beyond;
}

function reviewedCount(desk) {
  return desk.reviewed + countedBeyond(desk, "reviewed");
}

function tagCount(desk, tag) {
  return tag.count + countedBeyond(desk, tagFact(tag.name));
}

// ---------------------------------------------------------------- examples

function current(desk) {
  return desk.items.get(desk.position) ?? null;
}

function itemOf(desk, example) {
  return desk.items.get(desk.positions.get(example)) ?? null;
}

// ---------------------------------------------------------------- actions: said at one stroke, undone at one stroke

// Says [[fact, value], ...] of the current example.
function act(desk, ...facts) {
  const item = current(desk);
  const changes = facts.map(([fact, to]) => {
    const change = { position: desk.position, example: item.id, fact, from: valueOf(desk, item, fact), to };
    say(desk, item.id, { fact, value: to });
    change.seq = outbox.add(desk.address, eventFor(item.id, fact, to), { fact, value: to });
    return change;
  });
  desk.done.push(changes);
  desk.undone = [];
}

function eventFor(example, fact, value) {
  const tag = tagOf(fact);
  if (tag !== null) return { example, kind: "tag", name: tag, value: value ? "yes" : "no", undoes: null };
  if (fact === "verdict") {
    const [, verdict, label] = /^(.*?)(?:: (.*))?$/s.exec(value);
    return { example, kind: fact, name: label ?? "", value: verdict, undoes: null };
  }
  return { example, kind: fact, name: "", value: fact === "note" ? value : "", undoes: null };
}

function undo(desk) {
  const changes = desk.done.pop();
  if (!changes) return null;
  for (const change of changes.toReversed()) retell(desk, change, "undo", change.from);
  desk.undone.push(changes);
  return changes;
}

function redo(desk) {
  const changes = desk.undone.pop();
  if (!changes) return null;
  for (const change of changes) retell(desk, change, "redo", change.to);
  desk.done.push(changes);
  return changes;
}

function retell(desk, { example, fact, seq }, kind, value) {
  say(desk, example, { fact, value });
  outbox.add(desk.address, { example, kind, name: "", value: "", undoes: seq }, { fact, value });
}
