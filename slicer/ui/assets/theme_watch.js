// Runs the page again when its theme has changed, and when the server has started anew under an open tab: until the
// page has run, the new server knows neither this tab's token nor its fragments, and would ignore what the card asks.
// Streamlit runs a component again when the theme changes. What was seen last lives in the module, because nothing
// inside the function outlives one run.

const SETTLED = 100; // milliseconds; sooner, Streamlit still tells Python the old theme

let seen = null;
let runPage = () => {};

window.addEventListener("slicer.stale", () => runPage());

export default function ({ parentElement, setTriggerValue }) {
  const probe = parentElement.querySelector("i");
  const now = getComputedStyle(probe).getPropertyValue("--st-background-color");
  runPage = () => setTriggerValue("switched", Date.now());
  if (seen !== null && seen !== now) setTimeout(runPage, SETTLED);
  seen = now;
}
