// Conditions of a routing rule: an operator that compares with nothing has no box for a value.

const WITHOUT = new Set(["set", "not_set"]);

const show = (row) => {
  const operator = row.querySelector('select[name$="-operator"]');
  row.querySelector("[data-value]").hidden = WITHOUT.has(operator.value);
};

document.querySelectorAll(".condition").forEach((row) => {
  row.addEventListener("change", () => show(row));
  show(row);
});
