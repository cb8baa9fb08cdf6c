// The sheet that a rich bubble opens. It covers the phone alone, so that faults can be armed while it waits.

import { walk } from "../device/form.js";
import { toast } from "../portal/toast.js";
import { send } from "./quiet.js";
import { refresh, toEnd } from "./refresh.js";

const dialog = document.getElementById("sheet");
const around = [...dialog.parentElement.children].filter((each) => each !== dialog);
let address = "";

const setBehind = (isBehind) => {
  for (const each of around) each.inert = isBehind;
};

/** A sheet is sent once something is chosen; a form says for itself when. */
const update = () => {
  const form = dialog.querySelector("form");
  const boxes = [...form.querySelectorAll('.device-head ~ .device-body:not([data-form]) input:is([type="radio"], [type="checkbox"])')];
  const button = form.querySelector(".device-head [data-send]");
  if (button) button.disabled = boxes.length > 0 ? !boxes.some((box) => box.checked) : !form.querySelector(".device-entry");
};

const open = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(answer.statusText);
  address = url;
  dialog.innerHTML = await answer.text();
  const form = dialog.querySelector("form");
  dialog.setAttribute("aria-label", form.dataset.label);
  setBehind(true);
  // Neither show() nor a plain focus: both scroll to what has the focus, which is below the window while the sheet slides in.
  dialog.open = true;
  const pages = form.querySelector("[data-form]");
  if (pages) walk(pages, () => form.requestSubmit());
  else (dialog.querySelector(".device-body input") ?? dialog.querySelector("button")).focus({ preventScroll: true });
  update();
};

const onClick = async ({ target }) => {
  const opener = target.closest("[data-sheet]");
  if (!opener) return;
  try {
    await open(opener.dataset.sheet);
  } catch {
    toast(document.getElementById("main").dataset.failed, "bad");
  }
};

const onSubmit = async (event) => {
  const form = event.target.closest("form[data-answer]");
  if (!form) return;
  event.preventDefault();
  if (!(await send(form, new FormData(form, event.submitter)))) return;
  dialog.close();
  toEnd();
  await refresh();
};

/** A radio button that is tapped again is no longer chosen, as on a device. */
let wasChosen = null;
const remember = ({ target }) => {
  wasChosen = target.matches?.('input[type="radio"]:checked') ? target : null;
};
const release = ({ target }) => {
  if (target !== wasChosen || target.closest("[data-form]")) return;
  target.checked = false;
  wasChosen = null;
  update();
};

document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
dialog.addEventListener("change", update);
dialog.addEventListener("pointerdown", remember);
dialog.addEventListener("click", release);
dialog.addEventListener("keydown", (event) => event.key === "Escape" && dialog.close());
dialog.addEventListener("close", () => {
  setBehind(false);
  document.querySelector(`[data-sheet="${address}"]`)?.focus({ preventScroll: true });
  dialog.replaceChildren();
});
