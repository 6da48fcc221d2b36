// An example's image or recording.

const TINY = 64; // pixels; images up to here are enlarged with their pixels kept square
const ENLARGED = 288;

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
