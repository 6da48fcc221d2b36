// The card on screen. Built once; painting changes what differs, so that focus, a half-written note and a playing
// recording outlive every rerun.

function createView(root, commands, { newTag, judge, search }, toggleTag) {
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
    buttons: new Map(commands.filter(({ label }) => label).map((command) => [command, commandButton(command)])),
    toggleTag,
    shown: {}, // what stands in each place, to paint only what differs
  };
  const counted = element("span", {}, view.progress, view.of);
  const strip = element("div", { className: "strip" }, counted, view.author, view.saved);
  const track = element("div", { className: "track", ariaHidden: "true" }, view.fill);
  const side = (right) => [...view.buttons].filter(([command]) => Boolean(command.right) === right);
  const group = (some) => element("div", { className: "group" }, ...some.map(([, button]) => button));
  const bar = element("div", { className: "commands" }, group(side(false)), group(side(true)));
  view.tagRow.append(view.tags, newTag);
  const foot = element("div", { className: "foot" }, view.tagRow, bar);
  root.replaceChildren(strip, track, view.problem, search, view.example, view.verdict, view.note, judge, foot);
  root.append(view.help, view.spoken);
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

// Runs `draw` where what stands in this place is not `what` yet; gives whether it did.
function replaceIn(view, place, what, draw) {
  if (view.shown[place] === what) return false;
  view.shown[place] = what;
  view[place].replaceChildren(...draw());
  return true;
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
  const none = () => [element("span", { className: "label" }, "No tag yet: press T and name what you see")];
  replaceIn(view, "tags", listed, () => (desk.tags.length ? desk.tags.map((tag) => tagButton(view, tag)) : none()));
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
    button.hidden = command.offered ? !command.offered() : false;
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

// ---------------------------------------------------------------- places without an example

function drawMessage(title, sentence, ...buttons) {
  return [element("div", { className: "message" }, element("h3", {}, title), element("p", {}, sentence), ...buttons)];
}
