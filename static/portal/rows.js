// Lists of entries in a form: a button adds one, another takes one away.

const totalOf = (rows) => rows.querySelector(`[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
const told = (rows) => rows.dispatchEvent(new Event("change", { bubbles: true }));

const add = (rows) => {
  const total = totalOf(rows);
  const shape = rows.querySelector("template");
  const made = document.createElement("div");
  made.innerHTML = shape.innerHTML.replaceAll("__prefix__", total.value);
  const row = made.firstElementChild;
  shape.before(row);
  total.value = Number(total.value) + 1;
  row.dispatchEvent(new Event("rowadded", { bubbles: true }));
  told(rows);
  row.querySelector("select, input, textarea").focus();
};

/** A row that was removed stays in the form, hidden, with its mark; unless it is to be seen until the form is saved. */
const hideRemoved = (rows) => {
  for (const row of rows.querySelectorAll("[data-vanishing]")) {
    row.hidden = row.querySelector('input[name$="-DELETE"]').checked;
  }
};

for (const rows of document.querySelectorAll("[data-rows]")) {
  hideRemoved(rows);
  rows.addEventListener("change", () => hideRemoved(rows));
}
// Without a script, a link opens the page again with an empty row.
for (const link of document.querySelectorAll("a[data-add-row]")) link.setAttribute("role", "button");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  event.preventDefault();
  add(document.querySelector(`[data-rows="${button.dataset.addRow}"]`));
});
