// Events wait here until the server has them.
//
// The outbox belongs to the page, not to a card: it goes on sending when the reader turns to another page, and a copy
// in sessionStorage survives F5. Events are numbered within a session, one per page load, so that the server can tell
// a repeated event from a new one; what an earlier load left behind is sent under that load's own session.

const PENDING = "slicer.pending";
const MOST_AT_ONCE = 200; // events
const PATIENCE = 15_000; // milliseconds to wait for an answer
const FIRST_RETRY = 500; // milliseconds; doubles with each failure
const LAST_RETRY = 4_000;
const UNREACHABLE = "The server does not answer. What is unsaved waits in this tab and is sent when it is back.";

const outbox = {
  session: uuid(),
  seq: 0,
  answers: 0, // how often the server has taken something
  acked: 0, // the number it took last
  pending: recall(PENDING) ?? [],
  problem: "", // a sentence while sending fails
  token: "",
  changed() {}, // whoever shows the state puts a function here

  // Address: endpoint, dataset, queue, author. Effect: what the event says of the example, for our own use.
  add(address, event, effect) {
    const numbered = { seq: ++this.seq, ...event };
    this.pending.push({ address, session: this.session, event: numbered, effect });
    remember(PENDING, this.pending);
    this.flushAfter(0);
    return numbered.seq;
  },

  // A new token, or just a sign that the server is there again: no reason to wait any longer.
  connect(token) {
    this.token = token;
    if (this.pending.length) this.flush();
  },

  flushAfter(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  },

  async flush() {
    if (this.sending || !this.pending.length) return;
    this.sending = true;
    try {
      const batch = nextBatch(this.pending);
      this.forget(batch, await post(batch, this.token));
      this.failures = 0;
      this.problem = "";
    } catch (error) {
      this.failures = (this.failures ?? 0) + 1;
      this.problem = error.message;
    }
    this.sending = false;
    if (this.pending.length) this.flushAfter(retryAfter(this.failures));
    this.changed();
  },

  forget({ session, events }, acked) {
    const before = this.pending.length;
    this.pending = this.pending.filter((entry) => entry.session !== session || entry.event.seq > acked);
    if (this.pending.length === before) throw new Error(`The server did not take event ${events[0].seq}.`);
    this.acked = acked;
    this.answers += 1;
    remember(PENDING, this.pending);
  },

  waitsFor(example) {
    return this.pending.some(({ event }) => event.example === example);
  },
};

window.addEventListener("online", () => outbox.flush());
window.addEventListener("beforeunload", (event) => {
  if (outbox.problem && outbox.pending.length) event.preventDefault(); // closing the tab would lose them
});

// The first event and those after it that can travel in the same request.
function nextBatch(pending) {
  const { address, session } = pending[0];
  const kin = JSON.stringify([address, session]);
  const stranger = pending.findIndex((entry) => JSON.stringify([entry.address, entry.session]) !== kin);
  const entries = pending.slice(0, stranger < 0 ? MOST_AT_ONCE : Math.min(stranger, MOST_AT_ONCE));
  return { address, session, events: entries.map(({ event }) => event) };
}

async function post({ address: { endpoint, ...place }, session, events }, token) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Slicer-Token": token },
    body: JSON.stringify({ ...place, session, events }),
    signal: AbortSignal.timeout(PATIENCE),
  };
  const response = await fetch(endpoint, request).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (response?.ok && typeof answer?.acked === "number") return answer.acked;
  if (response?.status === 403) window.dispatchEvent(new Event("slicer.stale")); // the token is of an earlier start
  throw new Error(answer?.error ?? UNREACHABLE);
}

function retryAfter(failures) {
  return failures ? Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (failures - 1)) : 0;
}

// Works without https too, where crypto.randomUUID does not.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The tab's own memory; where it is full or forbidden, F5 forgets and nothing else changes.
function remember(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}
