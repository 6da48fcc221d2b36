// The example, large, and what is known of it beside.

const LONG_TEXT = 320; // characters, from here on smaller
const VERY_LONG_TEXT = 1400;

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

function drawFields(fields, alone) {
  const pairs = fields.map(([name, value]) =>
    element("div", {}, element("dt", {}, bidi(name)), element("dd", { title: value }, bidi(value))),
  );
  return element("dl", { className: alone ? "fields alone" : "fields" }, ...pairs);
}
