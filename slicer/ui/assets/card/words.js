// Words from a person's files, as they are: never markup, and nothing in them is invisible or turns the line around.

// Control characters but tab and line break, and those that override the direction of writing.
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/u;

// Nodes of a text. An unseen character is shown by its number.
function drawWords(text) {
  const lines = text.replace(/\r\n?/g, "\n");
  if (!UNSEEN.test(lines)) return [lines];
  return lines.split(new RegExp(`(${UNSEEN.source})`, "u")).map((piece) => (UNSEEN.test(piece) ? drawUnseen(piece) : piece));
}

function drawUnseen(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return element("span", { className: "unseen", title: `the unseen character U+${code}` }, code);
}

// A name in its own direction of writing, without turning the line it stands in.
function bidi(text) {
  return element("bdi", {}, ...drawWords(text));
}
