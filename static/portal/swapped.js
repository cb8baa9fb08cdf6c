// What a page of the portal needs again for a part that was fetched anew: buttons that copy, names of cells.

const prepare = (part) => {
  if (navigator.clipboard) for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
  for (const table of part.querySelectorAll("table.results")) {
    const names = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) [...row.cells].forEach((cell, at) => (cell.dataset.label = names[at]));
  }
};

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
