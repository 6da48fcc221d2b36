// Where two texts differ, word by word: the longest common subsequence is kept, the rest is missing or added.

const LARGEST_TABLE = 4_000_000; // cells; beyond it a difference would take longer than a blink

// Pieces [["kept" | "missing" | "added", text], ...] and what stands between them; null where the texts are too long.
function difference(truth, predicted) {
  const joiner = [truth, predicted].some((text) => /\s/.test(text.trim())) ? " " : "";
  const [from, to] = [truth, predicted].map((text) => units(text, joiner));
  if (from.length * to.length > LARGEST_TABLE) return null;
  const pieces = [];
  for (const [kind, unit] of align(from, to)) {
    const last = pieces.at(-1);
    if (last?.[0] === kind) last[1] += joiner + unit;
    else pieces.push([kind, unit]);
  }
  return { pieces, joiner };
}

// Words; characters where neither text has a space (one word, or a script that does without).
function units(text, joiner) {
  const trimmed = text.trim();
  return joiner ? trimmed.split(/\s+/).filter(Boolean) : Array.from(trimmed);
}

function align(from, to) {
  const width = to.length + 1;
  const common = new Uint16Array((from.length + 1) * width); // length of what from[i..] and to[j..] share
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] = from[i] === to[j] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  const path = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const at = i * width + j;
    const same = i < from.length && j < to.length && from[i] === to[j];
    const missing = j === to.length || (i < from.length && common[at + width] >= common[at + 1]);
    if (same) path.push(["kept", from[i]]);
    else if (missing) path.push(["missing", from[i]]);
    else path.push(["added", to[j]]);
    if (same || missing) i += 1;
    if (same || !missing) j += 1;
  }
  return path;
}
