// Automated messages: the bubble follows what is typed, slugs are put in by a press.

import "./rows.js";

const SLOT = /\{\$([^{}]*)\$\}|\{([^{}]*)\}/g;
const VARIABLE = /^\{\$[A-Za-z0-9_]+\$\}$/;

/** Return the text with samples in place of its slugs, as the server fills them. */
const filled = (text, samples) =>
  text.replace(SLOT, (slot, variable, name) => (variable === undefined ? (samples[name] ?? slot) : `‹${variable}›`));

/** Return a sentence for each word in braces that stands for nothing. */
const faults = (text, samples, { unknown, misnamed }) => {
  const slots = new Set(text.match(SLOT));
  const wrong = [...slots].filter((slot) => !VARIABLE.test(slot) && !(slot.slice(1, -1) in samples));
  return wrong.map((slot) => (slot.startsWith("{$") ? misnamed : unknown).replace("{slug}", slot));
};

/** Put a slug where the cursor is; the name of a variable is left selected, to be typed over. */
const insert = (field, slug) => {
  const at = field.selectionStart;
  field.setRangeText(slug, at, field.selectionEnd, "end");
  if (slug.startsWith("{$")) field.setSelectionRange(at + 2, at + slug.length - 2);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const follow = (writing) => {
  const field = writing.querySelector("[data-slotted]");
  const bubble = writing.querySelector("[data-bubble]");
  const warning = writing.querySelector("[data-warning]");
  const samples = JSON.parse(writing.dataset.samples);
  const show = () => {
    bubble.textContent = filled(field.value, samples);
    warning.textContent = faults(field.value, samples, writing.dataset).join(" ");
    warning.hidden = !warning.textContent;
  };
  field.addEventListener("input", () => {
    // What the server said of the text before no longer holds.
    field.parentElement.querySelector(".errorlist")?.remove();
    show();
  });
  writing.querySelector("[data-inserts]").hidden = false;
  for (const button of writing.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => insert(field, button.dataset.insert));
  }
};

const followAll = (part) => part.querySelectorAll("[data-writing]").forEach(follow);

const ticking = (form, all) => {
  const boxes = [...form.querySelectorAll('[name="trigger"]')];
  const told = form.querySelector("[data-ticked]");
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && !all.checked;
    told.textContent = count ? told.dataset.some.replace("{count}", count) : told.dataset.none;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", tell);
  all.hidden = told.hidden = false;
  tell();
};

followAll(document);
document.addEventListener("rowadded", (event) => followAll(event.target));
for (const all of document.querySelectorAll("[data-tick-all]")) ticking(all.form, all);
