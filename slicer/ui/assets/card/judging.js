// V: what an error is. A verdict is one key; where the label is wrong, the right one is another.

const LABEL_WRONG = "label wrong";

// The field of choices. `say` is handed the verdict, with the right label behind a colon.
function judgeField(root, keys, say) {
  const place = element("div", { className: "judge", hidden: true, role: "group", ariaLabel: "Verdict" });
  const field = { place, choices: [], get open() { return !place.hidden; } };

  function offer(title, options) {
    field.choices = options;
    const buttons = options.map(({ key, words, run }) => {
      const button = element("button", { type: "button" }, element("kbd", {}, key.toUpperCase()), bidi(words));
      button.addEventListener("click", (event) => press(button, event, run));
      return button;
    });
    const close = element("button", { type: "button" }, element("kbd", {}, "Esc"), "close");
    close.addEventListener("click", (event) => press(close, event, field.close));
    place.replaceChildren(element("span", { className: "label" }, title), ...buttons, close);
    place.hidden = false;
  }

  function pick(words) {
    field.close();
    say(words);
  }

  field.close = () => {
    place.hidden = true;
    field.choices = [];
  };

  // `given` is the verdict in force: the same key again takes it back.
  field.begin = (desk, item, given) => {
    const rightLabels = () => {
      const others = desk.classes.filter((name) => name !== item.truth);
      const likely = others.toSorted((a, b) => (b === item.predicted) - (a === item.predicted));
      if (!likely.length) return pick(LABEL_WRONG);
      const options = likely.map((name, i) => ({
        key: keys()[i] ?? "", words: name, run: () => pick(`${LABEL_WRONG}: ${name}`),
      }));
      return offer("the right label is", options);
    };
    const options = desk.verdicts.map((words, i) => ({
      key: String(i + 1),
      words,
      run: () => (words === LABEL_WRONG ? rightLabels() : pick(words)),
    }));
    if (given) options.push({ key: "0", words: "no verdict", run: () => pick("") });
    offer("it is", options);
  };
  return field;
}
