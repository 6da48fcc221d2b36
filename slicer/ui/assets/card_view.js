// The card on screen. Built once; painting changes what differs, so that focus, a half-written note and a playing
// recording outlive every rerun.

const CROSS = "M-4-4L4 4M4-4L-4 4";
const CHECK = "M-4.5 0.5L-1.5 3.5L4.5-3.5";
const DIAMOND = "M0-5.6L5 0L0 5.6L-5 0Z";
const MOST_CLASSES = 8; // probabilities shown; the rest is counted
const MOST_DIAMONDS = 8; // people drawn one by one
const TINY = 64; // pixels; images up to here are enlarged with their pixels kept square
const ENLARGED = 288;
const LONG_TEXT = 320; // characters, from here on smaller
const VERY_LONG_TEXT = 1400;

function createView(root, commands, newTag, judge, toggleTag) {
  const view = {
    root,
    progress: element("b"),
    of: element("span"),
    author: element("span", { className: "author" }),
    saved: element("span", { className: "saved" }),
    fill: element("i"),
    problem: element("div", { className: "problem", role: "alert", hidden: true }),
    spoken: element("div", { className: "spoken", role: "status" }),
    example: element("div", { className: "example" }),
    note: element("div", { className: "note", hidden: true }),
    verdict: element("div", { className: "judged", hidden: true }),
    tags: element("div", { className: "tags", role: "group", ariaLabel: "Tags" }),
    tagRow: element("div", { className: "tag-row" }),
    help: element("dl", { className: "help", hidden: true }),
    buttons: new Map(commands.map((command) => [command, commandButton(command)])),
    toggleTag,
    shown: {}, // what stands in each place, to paint only what differs
  };
  const counted = element("span", {}, view.progress, view.of);
  const strip = element("div", { className: "strip" }, counted, view.author, view.saved);
  const track = element("div", { className: "track", ariaHidden: "true" }, view.fill);
  const [left, right] = [false, true].map((side) => commands.filter((command) => Boolean(command.right) === side));
  const group = (some) => element("div", { className: "group" }, ...some.map((command) => view.buttons.get(command)));
  const bar = element("div", { className: "commands" }, group(left), group(right));
  view.tagRow.append(view.tags, newTag);
  const foot = element("div", { className: "foot" }, view.tagRow, bar);
  root.replaceChildren(strip, track, view.problem, view.example, view.verdict, view.note, judge, foot, view.help, view.spoken);
  return view;
}

function commandButton(command) {
  const button = element("button", { type: "button" }, element("kbd", {}, command.caps.at(-1)), command.label);
  if (command.primary) button.className = "primary";
  button.addEventListener("click", (event) => press(button, event, command.run));
  return button;
}

// A mouse leaves no focus behind: Enter would press the same button again instead of turning to the next example.
function press(button, event, run) {
  if (event.detail > 0) button.blur();
  run();
}

// Runs `draw` where what stands in this place is not `what` yet.
function replaceIn(view, place, what, draw) {
  if (view.shown[place] === what) return;
  view.shown[place] = what;
  view[place].replaceChildren(...draw());
}

// ---------------------------------------------------------------- the parts that change with every key

function paintProgress(view, desk) {
  const reviewed = reviewedCount(desk);
  const unsaved = outbox.pending.length;
  view.progress.textContent = reviewed;
  view.of.textContent = ` of ${desk.total} reviewed`;
  const beside = places.others ? `, beside ${places.others === 1 ? "one other" : `${places.others} others`}` : "";
  view.author.textContent = desk.address.author ? `as ${desk.address.author}${beside}` : "";
  view.saved.textContent = unsaved ? `${unsaved} unsaved` : "all saved";
  view.saved.classList.toggle("waiting", unsaved > 0);
  view.fill.style.width = `${desk.total ? (100 * reviewed) / desk.total : 0}%`;
}

function paintProblem(view) {
  view.problem.hidden = !outbox.problem;
  replaceIn(view, "problem", outbox.problem, () => {
    const again = element("button", { type: "button" }, "Try now");
    again.addEventListener("click", (event) => press(again, event, () => outbox.flush()));
    return [element("span", {}, outbox.problem), again];
  });
}

function paintVerdict(view, desk) {
  const item = current(desk);
  const verdict = item ? valueOf(desk, item, "verdict") : "";
  view.verdict.hidden = !verdict;
  replaceIn(view, "verdict", verdict, () => [
    element("span", { className: "label" }, "verdict"),
    element("p", { dir: "auto" }, verdict),
  ]);
}

function paintTags(view, desk) {
  const item = current(desk);
  view.tagRow.hidden = !item;
  if (!item) return;
  const listed = JSON.stringify(desk.tags.map(({ name, key, colour, about }) => [name, key, colour, about]));
  replaceIn(view, "tags", listed, () => desk.tags.map((tag) => tagButton(view, tag)));
  desk.tags.forEach((tag, i) => {
    const button = view.tags.children[i];
    button.ariaPressed = String(valueOf(desk, item, tagFact(tag.name)));
    button.lastElementChild.textContent = tagCount(desk, tag);
  });
}

function tagButton(view, tag) {
  const button = element("button", { type: "button", title: tag.about ? `${tag.name}: ${tag.about}` : tag.name });
  if (tag.colour) button.style.boxShadow = `inset 3px 0 var(--st-${tag.colour}-color)`;
  if (tag.key) button.append(element("kbd", {}, tag.key.toUpperCase()));
  button.append(element("span", {}, bidi(tag.name)), element("small"));
  button.addEventListener("click", (event) => press(button, event, () => view.toggleTag(tag.name)));
  return button;
}

function paintCommands(view) {
  for (const [command, button] of view.buttons) {
    button.disabled = command.enabled ? !command.enabled() : false;
    if (command.pressed) button.ariaPressed = String(command.pressed());
    if (command.expanded) button.ariaExpanded = String(command.expanded());
  }
}

function drawHelp(commands, tags) {
  const caps = tags.map((tag) => tag.key.toUpperCase()).filter(Boolean);
  const tagCaps = caps.length > 2 ? [caps[0], "…", caps.at(-1)] : caps;
  const rows = [[tagCaps, "put a tag on, take it off"], ...commands.map(({ caps, what }) => [caps, what])];
  return rows.map(([keys, what]) => {
    const names = keys.map((cap) => (cap === "…" ? cap : element("kbd", {}, cap)));
    return element("div", {}, element("dt", {}, ...names), element("dd", {}, what));
  });
}

// ---------------------------------------------------------------- the example

function drawExample(item, position, total) {
  const main = element("div", { className: "main" }, drawHeading(item, position, total));
  if (item.media) main.append(drawMedia(item.media));
  if (item.text !== null) main.append(drawText(item.text));
  if (item.free_text) main.append(drawDifference(item));
  if (item.fields.length) main.append(drawFields(item.fields, !item.media && item.text === null));
  const side = element("div", { className: "side" });
  if (item.measured.length) side.append(drawMeasured(item));
  else if (!item.free_text) side.append(drawVerdict(item));
  if (item.probabilities.length) side.append(drawProbabilities(item));
  if (item.human.length && !item.free_text) side.append(drawPeople(item));
  return side.childElementCount ? [main, side] : [main];
}

function drawHeading({ id, reviewed }, position, total) {
  const heading = element("div", { className: "heading" }, element("span", { className: "id", title: id }, id));
  heading.append(element("span", {}, `${position + 1} of ${total}`));
  if (reviewed) heading.append(element("span", { className: "done" }, mark(CHECK), "reviewed"));
  return heading;
}

function drawText(text) {
  const size = text.length > VERY_LONG_TEXT ? "very-long" : text.length > LONG_TEXT ? "long" : "";
  const box = element("div", { className: `text ${size}`, dir: "auto" }, text);
  if (size === "very-long") box.tabIndex = 0; // it scrolls, so the keyboard must reach it
  return box;
}

function drawMedia({ kind, src, alt }) {
  const frame = element("div", { className: "media" });
  const media = kind === "image" ? element("img", { alt }) : element("audio", { controls: true, ariaLabel: alt });
  media.addEventListener("error", () => frame.replaceChildren(drawBroken(kind, alt)));
  if (kind === "image") media.addEventListener("load", () => enlargeTiny(media));
  media.src = src;
  frame.append(media);
  return frame;
}

function drawBroken(kind, alt) {
  const what = kind === "image" ? "This image" : "This recording";
  const sentence = `${what} cannot be shown: the file is missing or damaged${alt ? ` (${alt})` : ""}.`;
  return element("p", { className: "broken" }, mark(CROSS), sentence);
}

function enlargeTiny(image) {
  const longest = Math.max(image.naturalWidth, image.naturalHeight);
  if (!longest || longest > TINY) return;
  image.classList.add("tiny");
  image.style.width = `${image.naturalWidth * Math.floor(ENLARGED / longest)}px`;
}

function drawFields(fields, alone) {
  const pairs = fields.map(([name, value]) =>
    element("div", {}, element("dt", {}, bidi(name)), element("dd", { title: value }, bidi(value))),
  );
  return element("dl", { className: alone ? "fields alone" : "fields" }, ...pairs);
}

// ---------------------------------------------------------------- truth, model and people

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
  rows.append(element("dd", { dir: "auto", className: truth === null ? "none" : "" }, truth ?? "no label"));
  rows.append(element("dt", {}, "predicted"), element("dd", { dir: "auto" }, ...drawPieces(found, predicted)));
  if (found) rows.append(drawLegend());
  if (human.length) rows.append(element("dt", {}, "people"));
  for (const [answer, count] of human) rows.append(element("dd", {}, drawVotes(count), " ", bidi(answer)));
  return rows;
}

function drawPieces(found, predicted) {
  if (!found) return [predicted ?? "no prediction"];
  const tags = { kept: "span", missing: "del", added: "ins" };
  return found.pieces.flatMap(([kind, text]) => [element(tags[kind], {}, text), found.joiner]);
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

// A name in its own direction of writing, without turning the line it stands in.
function bidi(text) {
  return element("bdi", {}, text);
}

function mark(path) {
  const svg = shape("svg", { class: path === DIAMOND ? "filled" : "", viewBox: "-7 -7 14 14", "aria-hidden": "true" });
  shape("path", { d: path }, svg);
  return svg;
}

// ---------------------------------------------------------------- places without an example

function drawMessage(title, sentence, ...buttons) {
  return [element("div", { className: "message" }, element("h3", {}, title), element("p", {}, sentence), ...buttons)];
}
