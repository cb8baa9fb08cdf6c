// A form on a device: one page at a time, each gone on from only once it is filled in, then perhaps a summary.

const BOX = 'input:is([type="radio"], [type="checkbox"])';
const ENTRY = `input:not([type="radio"], [type="checkbox"]), textarea, select`;

const patternOf = (entry) => {
  try {
    return entry.dataset.regex ? new RegExp(entry.dataset.regex, "u") : null;
  } catch {
    return null;
  }
};

/** What is wrong with an entry, empty where nothing is. */
const faultOf = (entry, words) => {
  if (!entry.checkValidity()) return entry.validationMessage;
  const pattern = patternOf(entry);
  return entry.value && pattern && !pattern.test(entry.value) ? words : "";
};

const boxesOf = (page) => [...page.querySelectorAll(BOX)];
const entriesOf = (page) => [...page.querySelectorAll(ENTRY)];

const isFilled = (page) => {
  const boxes = boxesOf(page);
  return (!boxes.length || boxes.some((box) => box.checked)) && entriesOf(page).every((entry) => !faultOf(entry, "x"));
};

const wordsOf = (page) => {
  const chosen = boxesOf(page).filter((box) => box.checked).map((box) => box.closest("label").textContent.trim());
  const typed = entriesOf(page).map((entry) => (entry.selectedOptions ? entry.selectedOptions[0]?.textContent : entry.value));
  return [...chosen, ...typed].join(", ");
};

/** Let a form be walked through; `finish` sends it. */
export const walk = (root, finish) => {
  const pages = [...root.querySelectorAll(".device-page")];
  const review = root.querySelector("[data-review]");
  const hasReview = !review.hidden;
  const named = new Map(pages.filter((page) => page !== review).map((page) => [page.dataset.page, page]));
  const way = [];

  const current = () => way.at(-1);
  const step = (page, name) => page.querySelector(`[data-step="${name}"]`);

  const after = (page) => {
    if (page === review || "end" in page.dataset) return null;
    const branch = boxesOf(page).find((box) => box.checked && box.dataset.next)?.dataset.next;
    const next = named.get(branch || page.dataset.next);
    return next && !way.includes(next) ? next : null;
  };

  const update = () => {
    const page = current();
    const next = step(page, "next");
    if (!next || page.dataset.page === "") return;
    next.dataset.words ??= next.textContent;
    next.disabled = !isFilled(page);
    next.textContent = after(page) || hasReview ? next.dataset.words : root.dataset.sendLabel;
  };

  const explain = (page) => {
    const wrong = entriesOf(page).find((entry) => entry.value && faultOf(entry, root.dataset.mismatch));
    page.querySelector(".device-fault").textContent = wrong ? faultOf(wrong, root.dataset.mismatch) : "";
  };

  const sumUp = () => {
    for (const line of review.querySelectorAll("[data-of]")) {
      const page = way.find((each) => each.dataset.page === line.dataset.of);
      line.hidden = !page;
      line.querySelector("dd").textContent = page ? wordsOf(page) : "";
    }
  };

  const show = (page) => {
    for (const each of pages) each.hidden = each !== page;
    const back = step(page, "back");
    if (back) back.hidden = way.length < 2;
    if (page === review) sumUp();
    update();
    root.scrollTop = 0;
    page.querySelector("legend, h3")?.focus({ preventScroll: true });
  };

  const forward = () => {
    const page = current();
    if (!isFilled(page)) return explain(page);
    const next = after(page) ?? (hasReview && page !== review ? review : null);
    if (!next) return finish();
    way.push(next);
    show(next);
  };

  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-step]");
    if (button?.dataset.step === "next") forward();
    if (button?.dataset.step === "back") {
      way.pop();
      show(current());
    }
  });
  root.addEventListener("input", update);
  root.addEventListener("change", ({ target }) => {
    if (target.matches(ENTRY)) explain(target.closest(".device-page"));
    update();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input, select")) return;
    event.preventDefault();
    forward();
  });

  root.classList.add("stepping");
  way.push(named.get("") ?? named.get(root.dataset.start) ?? pages[0]);
  show(current());
};
