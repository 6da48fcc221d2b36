// What each key means. Keys work wherever the focus is; every key is also a button.

const TYPING = "input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=spinbutton]";
const KEYS_OF_THEIR_OWN =
  "[role=dialog], [role=listbox], [role=menu], [role=grid], [role=slider], [data-testid=stDataFrame]";
const PRESSABLE = "button, a[href], summary, [role=button], [role=tab], [role=radio], [role=checkbox], [role=switch]";

function commandsOf(card) {
  const here = () => current(card.desk) !== null;
  return [
    { keys: ["n"], caps: ["N"], label: "note", what: "write a note", run: () => openNote(card), enabled: here },
    {
      keys: ["v"],
      caps: ["V"],
      label: "verdict",
      what: "say what is wrong: the model, the label, or neither",
      run: () => beginVerdict(card),
      enabled: here,
      expanded: () => card.judge.open,
    },
    {
      keys: ["/"],
      caps: ["/"],
      label: "search",
      what: "find words in this queue; Enter goes to the next example that has them",
      run: () => card.search.open(),
      enabled: () => card.desk.total > 0,
      expanded: () => !card.search.place.hidden,
    },
    {
      keys: ["z"],
      caps: ["Z"],
      label: "zoom",
      what: "show the image in its own size or larger, and whole again; drag to move it",
      run: () => zoom(shown(card, ".media:has(img)")),
      enabled: () => shown(card, ".media:has(img)") !== null,
      offered: () => shown(card, ".media:has(img)") !== null,
    },
    { keys: [" "], caps: ["Space"], what: "play the recording, or pause", run: () => play(shown(card, "audio")) },
    {
      keys: ["t"],
      caps: ["T"],
      label: "new tag",
      what: "make a new tag",
      run: () => card.newTag.open(),
      enabled: here,
    },
    {
      keys: ["a"],
      caps: ["A"],
      label: "auto-advance",
      what: "a tag also means reviewed, and turns to the next example",
      run: () => switchAuto(card),
      pressed: () => card.autoAdvance,
    },
    {
      keys: ["h"],
      caps: ["H"],
      label: "keys",
      what: "this list",
      run: () => switchHelp(card),
      expanded: () => !card.view.help.hidden,
    },
    {
      keys: ["u"],
      caps: ["U"],
      label: "undo",
      what: "take the last action back",
      run: () => takeBack(card),
      enabled: () => card.desk.done.length > 0,
      right: true,
    },
    {
      keys: ["y"],
      caps: ["Y"],
      label: "redo",
      what: "do again what was taken back",
      run: () => putBack(card),
      enabled: () => card.desk.undone.length > 0,
      right: true,
    },
    {
      keys: ["arrowleft"],
      caps: ["←"],
      label: "back",
      what: "the example before",
      run: () => go(card, card.desk.position - 1),
      enabled: () => card.desk.position > 0,
      right: true,
      repeats: true,
    },
    {
      keys: ["enter", "arrowright"],
      caps: ["Enter", "→"],
      label: "reviewed, next",
      what: "reviewed, and on to the next example",
      run: () => review(card),
      enabled: here,
      right: true,
      primary: true,
    },
  ];
}

function answerKey(card, event) {
  const command = commandFor(card, event);
  if (!command || (event.repeat && !command.repeats)) return;
  event.preventDefault();
  command.run();
}

function commandFor(card, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const path = event.composedPath().filter((node) => node instanceof Element);
  if (path[0]?.matches(TYPING) || path.some((node) => node.matches(KEYS_OF_THEIR_OWN))) return null;
  const key = keyOf(event);
  if (["enter", " "].includes(key) && path[0]?.matches(PRESSABLE)) return null;
  if (card.judge.open) {
    if (key === "escape") return { run: () => (card.judge.close(), paint(card)) };
    const choice = card.judge.choices.find((one) => one.key === key);
    if (choice) return choice;
  }
  if (key === "escape" && !card.view.help.hidden) return { run: () => switchHelp(card) };
  if (key === "escape" && !card.search.place.hidden) return { run: () => card.search.close() };
  if (key === " " && !shown(card, "audio")) return null; // then it turns the page
  const tag = card.desk.tags.find((one) => one.key && one.key === key);
  return card.commands.find(({ keys }) => keys.includes(key)) ?? (tag && { run: () => toggleTag(card, tag.name) });
}

// Digits and letters by their place on the keyboard where the layout has something else there.
function keyOf({ key, code }) {
  if (key.length > 1 || /^[a-z0-9 /]$/i.test(key)) return key.toLowerCase();
  return /^(?:Digit|Numpad|Key)(\w)$/.exec(code)?.[1].toLowerCase() ?? key;
}

function shown(card, what) {
  return card.view.example.querySelector(what);
}

function play(audio) {
  if (audio.paused) audio.play();
  else audio.pause();
}
