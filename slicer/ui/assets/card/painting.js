// Painting: everything that may have changed, from what is known now.

function paint(card) {
  const { desk, view } = card;
  paintProgress(view, desk);
  paintProblem(view);
  paintPlace(card);
  card.search.paint();
  paintNote(card);
  paintVerdict(view, desk);
  paintTags(view, desk);
  paintCommands(view);
  if (!view.help.hidden) view.help.replaceChildren(...drawHelp(card.commands, desk.tags));
  settleLater(card);
}

function paintPlace(card) {
  const { desk, view } = card;
  const item = current(desk);
  if (item) {
    const { tags, note, verdict, ...shown } = item; // shown elsewhere: news of them must not restart a recording
    shown.reviewed = valueOf(desk, item, "reviewed");
    const what = JSON.stringify([shown, desk.position, desk.total]);
    const anew = replaceIn(view, "example", what, () => drawExample(shown, desk.position, desk.total));
    if (anew || view.shown.marked !== card.search.words) markAgain(card);
  } else if (desk.position < desk.total) {
    replaceIn(view, "example", `wait ${desk.position}`, () => drawWaiting(card));
  } else {
    const [title, sentence] = desk.total ? farewell(desk) : ["Nothing in this queue", "No example fits it."];
    replaceIn(view, "example", title + sentence, () => drawMessage(title, sentence));
  }
}

// Marks the words that are looked for; where they stand further down a text, the whole of it is fetched.
function markAgain(card) {
  const { search, view, desk } = card;
  view.shown.marked = search.words;
  search.here = markHits(view.example, search.pattern);
  if (!search.here && search.hits?.positions.includes(desk.position)) shown(card, ".whole")?.click();
  search.paint();
}

function farewell(desk) {
  const sentence = outbox.pending.length ? "The last events are on their way." : "Everything is saved.";
  return [`Queue finished: ${reviewedCount(desk)} reviewed`, sentence];
}

function drawWaiting(card) {
  const again = element("button", { type: "button" }, "Ask again");
  again.addEventListener("click", () => {
    card.asked = undefined;
    fetchAhead(card);
  });
  return drawMessage("Fetching the next examples", "They are on their way.", again);
}
