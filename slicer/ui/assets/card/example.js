// The example, large, and what is known of it beside.

const LONG_TEXT = 320; // characters, from here on smaller
const VERY_LONG_TEXT = 1400;

function drawExample(item, position, total) {
  const main = element("div", { className: "main" }, drawHeading(item, position, total));
  if (item.media) main.append(drawMedia(item.media));
  if (item.text !== null) main.append(...drawText(item));
  if (item.free_text) main.append(drawDifference(item));
  if (item.fields.length) main.append(...drawFields(item));
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

function drawText({ text, whole }) {
  const tree = whole ? null : parsed(text);
  if (tree) return [drawTree(tree)];
  const box = textBox(text);
  return whole ? [box, drawRestOfText(box, whole)] : [box];
}

function textBox(text) {
  const size = text.length > VERY_LONG_TEXT ? "very-long" : text.length > LONG_TEXT ? "long" : "";
  const box = element("div", { className: `text words ${size}`, dir: "auto" }, ...drawWords(text));
  if (size === "very-long") box.tabIndex = 0; // it scrolls, so the keyboard must reach it
  return box;
}

// A button that fetches the whole of a text of which only the beginning is here.
function drawRestOfText(box, { src, length }) {
  const button = element("button", { type: "button", className: "whole" }, `show all ${length.toLocaleString("en")} characters`);
  button.addEventListener("click", async (event) => {
    if (event.detail > 0) button.blur();
    button.disabled = true;
    const response = await fetch(src).catch(() => null);
    button.disabled = false;
    if (!response?.ok) return;
    box.replaceChildren(...drawWords(await response.text()));
    button.remove();
    box.dispatchEvent(new Event("toggle"));
  });
  return button;
}

// The fields that say which rows are read come first, and are marked; objects and lists come last, with room.
function drawFields({ fields, defining, media, text }) {
  const alone = !media && text === null;
  const trees = fields.map(([name, value], i) => (i < defining ? null : [name, parsed(value)])).filter((one) => one?.[1]);
  const wide = new Set(trees.map(([name]) => name));
  const rows = fields.flatMap(([name, value], i) => {
    if (wide.has(name)) return [];
    const row = element("div", { className: i < defining ? "defining" : "" }, element("dt", {}, bidi(name)));
    row.append(element("dd", { className: "words", title: value, dir: "auto" }, ...drawWords(value)));
    return [row];
  });
  const table = element("dl", { className: alone ? "fields alone" : "fields" }, ...rows);
  return [table, ...trees.map(([name, value]) => section(bidi(name), drawTree(value)))];
}
