// Objects and lists as a tree to read. A branch is drawn when it is opened.

const BRANCHES_OPEN = 2; // levels that are open at first
const MOST_ENTRIES = 20; // of a branch; the others are one click away
const ONE_LINE = 300; // characters up to which a list of words and numbers stands in one line

const branches = new WeakMap(); // a branch -> what it holds, until it is drawn

// A number as it was written: a script's own numbers would round those of many digits.
class Written {
  constructor(source) {
    this.source = source;
  }
}

// The object or list that a text holds; null where it holds neither.
function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const asWritten = (_, value, context) =>
      typeof value === "number" && context?.source !== undefined ? new Written(context.source) : value;
    const value = JSON.parse(text, asWritten);
    return Object.keys(value).length ? value : null;
  } catch {
    return null;
  }
}

function drawTree(value) {
  return element("div", { className: "tree words" }, drawEntries(value, 0));
}

function drawEntries(value, depth) {
  const entries = Array.isArray(value) ? value.map((one, i) => [String(i + 1), one]) : Object.entries(value);
  const list = element("dl", { className: Array.isArray(value) ? "list" : "" });
  list.append(...entries.slice(0, MOST_ENTRIES).flatMap((entry) => drawEntry(entry, depth)));
  if (entries.length > MOST_ENTRIES) list.append(drawRest(entries.slice(MOST_ENTRIES), depth));
  return list;
}

function drawRest(entries, depth) {
  const more = element("details", { className: "rest" }, element("summary", {}, `${entries.length} more`));
  later(more, entries, () => [element("dl", {}, ...entries.flatMap((entry) => drawEntry(entry, depth)))]);
  return more;
}

function drawEntry([key, value], depth) {
  const name = element("dt", {}, bidi(key));
  if (isLeaf(value)) return [name, drawLeaf(value)];
  const line = inOneLine(value);
  if (line !== null) return [name, element("dd", { dir: "auto" }, ...drawWords(line))];
  const size = Object.keys(value).length;
  const summary = element("summary", {}, bidi(key), element("small", {}, ` ${size}`));
  const branch = element("details", {}, summary);
  later(branch, value, () => [drawEntries(value, depth + 1)]);
  if (depth + 1 < BRANCHES_OPEN && size <= MOST_ENTRIES) openBranch(branch);
  return [branch];
}

function isLeaf(value) {
  return value === null || typeof value !== "object" || value instanceof Written || !Object.keys(value).length;
}

function drawLeaf(value) {
  const plain = typeof value === "string" && value !== "";
  return element("dd", { dir: "auto", className: plain ? "" : "plain" }, ...drawWords(spelled(value)));
}

function spelled(value) {
  if (value instanceof Written) return value.source;
  if (value === "") return "empty text";
  if (Array.isArray(value)) return "empty list";
  return value !== null && typeof value === "object" ? "empty object" : String(value);
}

function inOneLine(value) {
  if (!Array.isArray(value) || !value.every(isLeaf)) return null;
  const line = value.map(spelled).join(", ");
  return line.length <= ONE_LINE && !line.includes("\n") ? line : null;
}

// ---------------------------------------------------------------- opening

function later(branch, held, draw) {
  branches.set(branch, { held, draw });
  branch.addEventListener("toggle", () => openBranch(branch));
}

function openBranch(branch) {
  const waiting = branches.get(branch);
  if (!waiting) return;
  branches.delete(branch);
  branch.append(...waiting.draw());
  branch.open = true;
}

// Opens whatever holds words that are looked for.
function openBranches(root, pattern) {
  const closed = () => [...root.querySelectorAll(".tree details:not([open])")];
  for (let some = closed(); some.length; ) {
    const holding = some.filter((branch) => holds(branches.get(branch)?.held, pattern));
    holding.forEach(openBranch);
    some = holding.length ? closed() : [];
  }
}

function holds(value, pattern) {
  if (value === undefined) return false;
  if (isLeaf(value)) return spelled(value).search(pattern) >= 0;
  return Object.entries(value).some(([key, one]) => key.search(pattern) >= 0 || holds(one, pattern));
}
