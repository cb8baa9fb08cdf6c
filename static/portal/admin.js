// The portal's forms: copy buttons, a warning before typed entries are lost, long lists that can be searched.

const copy = async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = before), 2000);
};

const onClick = (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
};

/** Ask before leaving a form that differs from what was loaded, or that came back with errors. */
const guard = (form) => {
  const values = () => new URLSearchParams(new FormData(form)).toString();
  const before = values();
  let leaving = false;
  form.addEventListener("submit", () => (leaving = true));
  addEventListener("beforeunload", (event) => {
    if (!leaving && ("dirty" in form.dataset || values() !== before)) event.preventDefault();
  });
};

const matches = (label, words) => words.every((word) => label.textContent.toLowerCase().includes(word));

/** Put a search box above a list of boxes that is too long to read at a glance. */
const searchable = (list) => {
  const labels = [...list.querySelectorAll("label.check")];
  if (labels.length < 9) return;
  const box = document.createElement("input");
  box.type = "search";
  box.className = "input";
  box.placeholder = list.dataset.choices;
  box.setAttribute("aria-label", list.dataset.choices);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const label of labels) label.hidden = !matches(label, words);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.querySelector(".choices").before(box);
};

/** Name the cells of a list after their columns, for screens where each row is a card. */
const label = (table) => {
  const names = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr")) [...row.cells].forEach((cell, at) => (cell.dataset.label = names[at]));
};

/** "/" goes to the search of the whole portal, Escape leaves it. */
const onKey = (event) => {
  const search = document.querySelector("[data-search]");
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && event.target === search) search.blur();
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey || !search) return;
  event.preventDefault();
  search.focus();
  search.select();
};

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.querySelectorAll("form[data-guard]").forEach(guard);
document.querySelectorAll("[data-choices]").forEach(searchable);
document.querySelectorAll("table.results").forEach(label);
document.querySelector("[data-focus]")?.focus();
