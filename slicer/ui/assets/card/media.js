// An example's image or recording, or why there is none.

const TINY = 64; // pixels; images up to here are enlarged with their pixels kept square
const ENLARGED = 288;
const IMAGES_KEPT = 8; // ready to be shown at once: the next ones, and the last

const AFTER_PAINTING = 40; // milliseconds

const images = new Map(); // address -> image

function drawMedia(media) {
  const frame = element("div", { className: "media" });
  if (media.problem) frame.append(drawBroken(media.problem));
  else frame.append(...(media.kind === "image" ? drawImage(frame, media) : drawAudio(frame, media)));
  return frame;
}

function drawImage(frame, { src, alt }) {
  const image = imageOf(src);
  Object.assign(image, { alt, className: "" });
  image.style.width = "";
  image.onerror = () => frame.replaceChildren(drawBroken(`The image ${alt} cannot be shown: the file is damaged.`));
  image.onload = () => enlargeTiny(image);
  if (image.complete && image.naturalWidth) image.onload();
  else if (image.complete && image.failed) queueMicrotask(image.onerror);
  zoomable(frame, image);
  return [image];
}

function drawAudio(frame, { src, alt, remote }) {
  const audio = element("audio", { controls: true, ariaLabel: alt });
  audio.addEventListener("error", () =>
    frame.replaceChildren(drawBroken(`The recording ${alt} cannot be played: the file is damaged.`)),
  );
  audio.src = src;
  return remote ? [audio] : [drawWaveform(audio), audio]; // another host does not let its sound be read
}

function drawBroken(sentence) {
  return element("p", { className: "broken" }, mark(CROSS), element("span", {}, ...drawWords(sentence)));
}

function enlargeTiny(image) {
  const longest = Math.max(image.naturalWidth, image.naturalHeight);
  if (!longest || longest > TINY) return;
  image.classList.add("tiny");
  image.style.width = `${image.naturalWidth * Math.floor(ENLARGED / longest)}px`;
}

// The same image each time, fetched and decoded once.
function imageOf(src) {
  const image = images.get(src) ?? element("img", { referrerPolicy: "no-referrer", decoding: "async" });
  images.delete(src);
  images.set(src, image);
  if (images.size > IMAGES_KEPT) images.delete(images.keys().next().value);
  if (!image.src) {
    image.src = src;
    image.decode().catch(() => (image.failed = true));
  }
  return image;
}

// The next images, once the example of now is on screen: decoding must not hold up its painting.
function preload(desk) {
  setTimeout(() => {
    for (const ahead of [2, 1]) {
      const media = desk.items.get(desk.position + ahead)?.media;
      if (media?.kind === "image" && media.src) imageOf(media.src);
    }
  }, AFTER_PAINTING);
}
