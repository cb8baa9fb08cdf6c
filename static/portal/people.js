// Bulk edit: counts who is chosen, and says why more than one save can change cannot go on.

const form = document.querySelector("[data-people]");

const start = () => {
  const boxes = [...form.querySelectorAll('[name="people"]')];
  const all = form.querySelector("[data-all]");
  const said = form.querySelector("[data-count]");
  const buttons = form.querySelectorAll("[formaction]");
  const limit = Number(form.dataset.limit);

  const wordFor = (count) => {
    const { none, one, many, over } = said.dataset;
    if (count > limit) return over;
    return count ? (count === 1 ? one : many) : none;
  };

  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const isOver = chosen > limit;
    said.textContent = wordFor(chosen).replace("{count}", chosen);
    said.classList.toggle("over", isOver);
    for (const button of buttons) button.disabled = isOver || !chosen;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  form.addEventListener("change", count);
  // Browsers tick again what was ticked when somebody comes back.
  addEventListener("pageshow", count);
  count();
};

if (form) start();
