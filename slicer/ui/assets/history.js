// One click is one step in the history. Where a page opens another, Streamlit writes the new query behind the old page
// first and the new page after it; Back would lead to the old page, set to what was never chosen there. So a change of
// the page and a change of its query that come together are one step.

const TOGETHER = 1000; // milliseconds

if (!history.stepsOfSlicer) {
  history.stepsOfSlicer = true;
  const push = history.pushState.bind(history);
  let last = { when: -TOGETHER, where: "" };
  history.pushState = (state, title, url) => {
    const where = new URL(url, location.href).pathname === location.pathname ? "query" : "page";
    const half = performance.now() - last.when < TOGETHER && where !== last.where;
    (half ? history.replaceState.bind(history) : push)(state, title, url);
    last = { when: performance.now(), where };
  };
}
