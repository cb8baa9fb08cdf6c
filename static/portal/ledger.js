// The ledger's lists: one button ticks every line of the page that can be tried again.

const tickAll = (button) => {
  for (const box of document.querySelectorAll(`input[type="checkbox"][form="${button.dataset.tickAll}"]`)) box.checked = true;
};

for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => tickAll(button));
}
