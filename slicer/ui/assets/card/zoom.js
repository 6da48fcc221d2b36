// Z, or a click on the image: from what fits to its own size, or larger where it is small; there it is moved by dragging.

const LARGER = 3; // times, for an image that fits in its own size
const A_CLICK = 4; // pixels the mouse may move in a click

function zoomable(frame, image) {
  let drag = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || event.target !== image) return;
    drag = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop, far: false };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag.far ||= Math.hypot(dx, dy) > A_CLICK;
    if (drag.far) frame.scrollTo(drag.left - dx, drag.top - dy);
  });
  frame.addEventListener("pointerup", (event) => {
    if (drag && !drag.far) zoom(frame, event);
    drag = null;
  });
  frame.addEventListener("pointercancel", () => (drag = null));
  image.draggable = false;
}

// Keeps what lies under the mouse where it is; without a mouse, the middle.
function zoom(frame, at = null) {
  const image = frame.querySelector("img");
  if (!image?.naturalWidth) return;
  const box = image.getBoundingClientRect();
  const [x, y] = at ? [(at.clientX - box.x) / box.width, (at.clientY - box.y) / box.height] : [0.5, 0.5];
  if (frame.classList.toggle("zoomed")) {
    image.dataset.fit = image.style.width;
    const own = image.naturalWidth / devicePixelRatio;
    image.style.width = `${own > box.width * 1.1 ? own : box.width * LARGER}px`;
    image.classList.toggle("coarse", image.clientWidth > 2 * image.naturalWidth);
    frame.scrollTo(x * image.clientWidth - frame.clientWidth / 2, y * image.clientHeight - frame.clientHeight / 2);
  } else {
    image.style.width = image.dataset.fit ?? "";
    image.classList.remove("coarse");
  }
}
