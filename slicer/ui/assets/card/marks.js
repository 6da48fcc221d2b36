// Marks, as they stand anywhere on the card.

const CROSS = "M-4-4L4 4M4-4L-4 4";
const CHECK = "M-4.5 0.5L-1.5 3.5L4.5-3.5";
const DIAMOND = "M0-5.6L5 0L0 5.6L-5 0Z";

function mark(path) {
  const svg = shape("svg", { class: path === DIAMOND ? "filled" : "", viewBox: "-7 -7 14 14", "aria-hidden": "true" });
  shape("path", { d: path }, svg);
  return svg;
}
