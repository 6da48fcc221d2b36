// Streamlit runs a component again when the theme changes. The colour seen last
// lives in the module, because nothing inside the function outlives one run.
let seen = null;
const SETTLED = 100; // milliseconds; sooner, Streamlit still tells Python the old theme

export default function ({ parentElement, setTriggerValue }) {
  const probe = parentElement.querySelector("i");
  const now = getComputedStyle(probe).getPropertyValue("--st-background-color");
  if (seen !== null && seen !== now) setTimeout(() => setTriggerValue("switched", now), SETTLED);
  seen = now;
}
