// Sorts the ranking by the heading that is chosen, and opens every slice before the page is printed.
"use strict";

const table = document.querySelector("table.ranking");

function sortBy(heading) {
  const headings = [...heading.parentNode.children];
  const place = headings.indexOf(heading);
  const words = heading.classList.contains("name") || heading.classList.contains("text");
  const first = words || heading.classList.contains("rank") ? "ascending" : "descending";
  const other = { ascending: "descending", descending: "ascending" };
  const order = heading.hasAttribute("aria-sort") ? other[heading.getAttribute("aria-sort")] : first;
  const sign = order === "ascending" ? 1 : -1;
  const value = (row) => row.cells[place].dataset.sort;
  const compare = (a, b) => {
    const [one, two] = [value(a), value(b)];
    const apart = a.classList.contains("low") - b.classList.contains("low") || (one === "") - (two === "");
    if (apart || one === "") return apart;
    return sign * (words ? one.localeCompare(two) : one - two);
  };
  headings.forEach((one) => one.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", order);
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort(compare));
}

table?.tHead.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) sortBy(button.parentNode);
});

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

addEventListener("hashchange", openTarget);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
openTarget();
