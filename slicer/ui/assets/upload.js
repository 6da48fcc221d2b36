// Files dropped here or chosen go to the server one after the other, straight from disk: they are never held in memory.
// The queue lives as long as its place on the page; Python hears of the files when all of them are done.

const UNITS = ["B", "kB", "MB", "GB"];
const UNREACHABLE = "The server does not answer. Try again when it is back.";

const zones = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("#upload");
  const zone = zones.get(root) ?? createZone(root);
  zones.set(root, zone);
  zone.data = data;
  zone.report = (files) => setTriggerValue("uploaded", files);
  zone.label.textContent = data.label;
  zone.help.textContent = data.help;
}

function createZone(root) {
  const input = element("input", { type: "file", multiple: true, id: "files" });
  input.dataset.testid = "slicer-upload-input";
  const zone = { label: element("label", { htmlFor: "files" }), help: element("p"), list: element("ul"), files: [] };
  const target = element("div", { className: "target" }, input, zone.label, element("span", {}, "or drop files here"));
  root.replaceChildren(target, zone.help, zone.list);
  input.addEventListener("change", () => {
    add(zone, [...input.files]);
    input.value = ""; // the same file can be chosen again
  });
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.classList.add("over");
  });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(event.relatedTarget)) target.classList.remove("over");
  });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("over");
    add(zone, droppedFiles(event.dataTransfer));
  });
  return zone;
}

// A dropped folder looks like a file until it is read; only its entry tells.
function droppedFiles({ items }) {
  const files = [...items].filter((item) => item.kind === "file");
  return files.map((item) =>
    Object.assign(item.getAsFile(), { isFolder: item.webkitGetAsEntry()?.isDirectory ?? false }),
  );
}

// ---------------------------------------------------------------- the queue

function add(zone, files) {
  if (!isBusy(zone)) forgetFinished(zone);
  for (const file of files) {
    const entry = { file, state: "waiting", ...drawEntry(zone, file) };
    zone.files.push(entry);
    zone.list.append(entry.row);
    if (file.isFolder) fail(zone, entry, "This is a folder. Drop the files inside it.");
  }
  sendNext(zone);
}

function isBusy({ files }) {
  return files.some(({ state }) => state === "waiting" || state === "sending");
}

function forgetFinished(zone) {
  zone.files = [];
  zone.list.replaceChildren();
}

function sendNext(zone) {
  if (zone.files.some(({ state }) => state === "sending")) return;
  const next = zone.files.find(({ state }) => state === "waiting");
  if (next) send(zone, next);
  else report(zone);
}

function report(zone) {
  const arrived = zone.files.filter(({ state }) => state === "arrived");
  for (const entry of arrived) entry.state = "reported";
  if (arrived.length) zone.report(arrived.map(({ file, upload }) => ({ name: file.name, upload })));
}

function send(zone, entry) {
  const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
  Object.assign(entry, { state: "sending", request });
  request.open("PUT", `${zone.data.endpoint}?name=${encodeURIComponent(entry.file.name)}`);
  request.setRequestHeader("X-Slicer-Token", zone.data.token);
  request.upload.onprogress = ({ loaded, total }) => showProgress(entry, loaded, total);
  request.onload = () => finish(zone, entry, request);
  request.onerror = () => fail(zone, entry, UNREACHABLE);
  request.onabort = () => fail(zone, entry, "Cancelled.");
  request.send(entry.file);
}

function finish(zone, entry, request) {
  const answer = parse(request.responseText);
  if (request.status >= 400 || !answer?.upload) return fail(zone, entry, answer?.error ?? UNREACHABLE);
  Object.assign(entry, { state: "arrived", upload: answer.upload });
  show(entry, `${size(entry.file.size)}, uploaded`);
  sendNext(zone);
}

function fail(zone, entry, sentence) {
  entry.state = "failed";
  show(entry, sentence);
  sendNext(zone);
}

function cancel(zone, entry) {
  if (entry.state === "sending") entry.request.abort();
  else fail(zone, entry, "Cancelled.");
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- what is seen of it

function drawEntry(zone, file) {
  const status = element("span", { className: "status", role: "status" }, `${size(file.size)}, waiting`);
  const progress = element("progress", { max: 1, value: 0, ariaLabel: `Upload of ${file.name}` });
  const stop = element("button", { type: "button", ariaLabel: `Cancel ${file.name}` }, "Cancel");
  const name = element("span", { className: "name", title: file.name }, file.name);
  const entry = { row: element("li", {}, name, progress, status, stop), status, progress, stop };
  stop.addEventListener("click", () =>
    cancel(
      zone,
      zone.files.find(({ row }) => row === entry.row),
    ),
  );
  return entry;
}

function showProgress({ progress, status }, loaded, total) {
  progress.value = total ? loaded / total : 1;
  status.textContent =
    loaded < total ? `${size(loaded)} of ${size(total)}` : `${size(total)}, the server is reading it`;
}

function show({ row, state, progress, status, stop }, sentence) {
  row.className = state;
  status.textContent = sentence;
  progress.hidden = true;
  stop.hidden = true;
}

function size(bytes) {
  const step = bytes ? Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  const value = bytes / 1000 ** step;
  return `${value.toFixed(step && value < 10 ? 1 : 0)} ${UNITS[step]}`;
}
