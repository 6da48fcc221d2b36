// What is said of an example: the truth, the model's answer, people's.

const MOST_CLASSES = 8; // probabilities shown; the rest is counted
const MOST_DIAMONDS = 8; // people drawn one by one

function drawMeasured({ measured }) {
  const rows = measured.flatMap(([name, value]) => [element("dt", {}, bidi(name)), element("dd", {}, value)]);
  return element("dl", { className: "verdict measured" }, ...rows);
}

function drawVerdict({ truth, predicted, right }) {
  const verdict = element("dl", { className: "verdict" });
  const answer = element("dd", {}, bidi(predicted ?? "no prediction"));
  if (right !== null) answer.classList.add(right ? "right" : "wrong");
  if (right === false) answer.prepend(mark(CROSS), element("span", { className: "spoken" }, "wrong: "));
  if (predicted === null) answer.classList.add("none");
  const label = element("dd", { className: truth === null ? "none" : "" }, bidi(truth ?? "no label"));
  verdict.append(element("dt", {}, "truth"), label, element("dt", {}, "predicted"), answer);
  return verdict;
}

function drawDifference({ truth, predicted, right, human }) {
  const found = truth !== null && predicted !== null && right !== true ? difference(truth, predicted) : null;
  const rows = element("dl", { className: "difference" }, element("dt", {}, "truth"));
  rows.append(element("dd", { dir: "auto", className: truth === null ? "none" : "words" }, ...drawWords(truth ?? "no label")));
  rows.append(element("dt", {}, "predicted"), element("dd", { dir: "auto", className: "words" }, ...drawPieces(found, predicted)));
  if (found) rows.append(drawLegend());
  if (human.length) rows.append(element("dt", {}, "people"));
  for (const [answer, count] of human) rows.append(element("dd", {}, drawVotes(count), " ", bidi(answer)));
  return rows;
}

function drawPieces(found, predicted) {
  if (!found) return drawWords(predicted ?? "no prediction");
  const tags = { kept: "span", missing: "del", added: "ins" };
  return found.pieces.flatMap(([kind, text]) => [element(tags[kind], {}, ...drawWords(text)), found.joiner]);
}

function drawLegend() {
  return element("dd", { className: "legend" }, element("del", {}, "missing"), " ", element("ins", {}, "added"));
}

function drawProbabilities({ probabilities, truth, predicted, right }) {
  const sorted = probabilities.toSorted((a, b) => b[1] - a[1]);
  const shown = sorted.filter(([name], i) => i < MOST_CLASSES || name === truth || name === predicted);
  const rows = shown.map(([name, probability]) => {
    const role = name === predicted ? { true: "right", false: "wrong" }[right] : name === truth ? "truth" : "";
    const bar = element("i");
    bar.style.width = `${Math.max(1, 100 * probability)}%`;
    const label = element("span", { className: "class", title: name }, bidi(name));
    const row = element("div", { className: `probability ${role ?? ""}` }, label, element("div", {}, bar));
    row.append(probability.toFixed(2));
    return row;
  });
  const more = sorted.length - shown.length;
  if (more) rows.push(element("div", { className: "more" }, `and ${more} more below`));
  return section("probability", ...rows);
}

function drawPeople({ human, truth }) {
  const total = human.reduce((sum, [, count]) => sum + count, 0);
  const agreeing = human.find(([label]) => label === truth)?.[1] ?? 0;
  const title = truth === null ? "people" : `people: ${agreeing} of ${total} agree with the truth`;
  const rows = human
    .toSorted((a, b) => b[1] - a[1])
    .map(([label, count]) => {
      const name = element("span", { className: "class", title: label }, bidi(label));
      return element("div", { className: "person" }, name, drawVotes(count));
    });
  return section(title, ...rows);
}

function drawVotes(count) {
  const ariaLabel = count === 1 ? "1 person" : `${count} people`;
  const one = () => mark(DIAMOND);
  const marks = count > MOST_DIAMONDS ? [one(), ` ${count}`] : Array.from({ length: count }, one);
  return element("span", { className: "votes", role: "img", ariaLabel }, ...marks);
}

function section(title, ...rows) {
  return element("section", {}, element("h4", {}, title), ...rows);
}
