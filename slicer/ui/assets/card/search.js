// / looks for words in the whole queue. What is found stays marked while a person reads and tags on.

const SEARCH_AT_REST = 150; // milliseconds without a letter before the queue is searched
const MOST_MARKS = 1000; // hits of one example that are marked; all are counted

// `card.search`: the words, how they are found in a text, and the examples of the queue that hold them.
function searchField(card) {
  const input = element("input", { type: "search", maxLength: 200, placeholder: "words to find", ariaLabel: "Words to find" });
  const count = element("span", { className: "count", role: "status" });
  const button = (cap, words, run) => {
    const made = element("button", { type: "button" }, element("kbd", {}, cap), words);
    made.addEventListener("click", (event) => press(made, event, run));
    return made;
  };
  const next = button("Enter", "next", () => turn(1));
  const back = button("Shift Enter", "before", () => turn(-1));
  const close = button("Esc", "close", () => search.close());
  const place = element("form", { className: "search", hidden: true, role: "search" }, input, count, next, back, close);
  const search = { place, words: "", pattern: null, here: 0, hits: null, problem: "" };
  let asking;
  let turning = 0; // asked for before the answer was there

  function enter(words) {
    if (words === search.words) return;
    Object.assign(search, { words, pattern: patternOf(words), hits: null, problem: "" });
    clearTimeout(asking);
    turning = 0;
    if (words) asking = setTimeout(ask, SEARCH_AT_REST);
    paint(card);
  }

  async function ask() {
    const { words } = search;
    const query = new URLSearchParams({ words, token: outbox.token });
    const response = await fetch(`${card.desk.hits}?${query}`).catch(() => null);
    const answer = response?.ok ? await response.json().catch(() => null) : null;
    if (words !== search.words) return;
    search.hits = answer;
    search.problem = answer ? "" : "The server does not answer.";
    if (turning) turn(turning);
    paint(card);
  }

  // To the next example with a hit, or the one before; from the last on to the first.
  function turn(direction) {
    turning = search.hits ? 0 : direction;
    const positions = search.hits?.positions ?? [];
    if (search.problem) ask();
    if (!positions.length) return;
    const here = card.desk.position;
    const ahead = direction > 0 ? positions.find((one) => one > here) : positions.findLast((one) => one < here);
    go(card, ahead ?? positions.at(direction > 0 ? 0 : -1));
  }

  place.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => enter(input.value.trim()));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") turn(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") search.leave();
    if (["Enter", "Escape"].includes(event.key)) event.preventDefault();
  });

  search.open = () => {
    place.hidden = false;
    input.focus();
    input.select();
  };
  search.leave = () => {
    input.blur();
    if (!search.words) search.close();
  };
  search.close = () => {
    input.value = "";
    input.blur();
    place.hidden = true;
    enter("");
  };
  search.paint = () => {
    count.textContent = search.words ? inNumbers(search, card.desk.total) : "";
    next.disabled = back.disabled = !search.hits?.positions.length;
  };
  return search;
}

function patternOf(words) {
  return words ? new RegExp(words.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"), "giu") : null;
}

function inNumbers({ here, hits, problem }, total) {
  if (problem) return problem;
  if (!hits) return "looking …";
  const [mine, all] = [here, hits.examples].map((number) => number.toLocaleString("en"));
  return `${mine} ${here === 1 ? "hit" : "hits"} here, ${all} of ${total.toLocaleString("en")} examples`;
}

// Marks what is found in everything that is read; gives the number of hits.
function markHits(root, pattern) {
  for (const hit of root.querySelectorAll("mark")) {
    const parent = hit.parentNode;
    hit.replaceWith(hit.textContent);
    parent.normalize();
  }
  if (!pattern) return 0;
  openBranches(root, pattern);
  let hits = 0;
  for (const node of textsOf(root)) {
    const found = [...node.data.matchAll(pattern)];
    if (found.length && hits < MOST_MARKS) node.replaceWith(...inPieces(node.data, found));
    hits += found.length;
  }
  return hits;
}

function textsOf(root) {
  const nodes = [];
  for (const part of root.querySelectorAll(".words")) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
  }
  return nodes;
}

function inPieces(text, found) {
  const pieces = [];
  let from = 0;
  for (const hit of found) {
    pieces.push(text.slice(from, hit.index), element("mark", {}, hit[0]));
    from = hit.index + hit[0].length;
  }
  return [...pieces, text.slice(from)];
}
