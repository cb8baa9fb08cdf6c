// Registers a business in the background: while something is wrong with it the page stays, and so does the typed secret,
// which no answer of the server holds.

import { toast } from "../portal/toast.js";

const SECRET = 'input[type="password"]';

/** Put the form with its faults in the place of the one that was sent. */
const show = (card, page) => {
  const fresh = new DOMParser().parseFromString(page, "text/html").getElementById(card.id);
  fresh.querySelector(SECRET).value = card.querySelector(SECRET).value;
  card.replaceWith(fresh);
  fresh.querySelector("[aria-invalid]")?.focus();
};

const send = async (form) => {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Quiet": "1" } });
  if (answer.status === 422) show(form.closest("section"), await answer.text());
  else if (answer.ok) location.assign(answer.headers.get("Location"));
  else throw new Error(answer.statusText);
};

const onSubmit = async (event) => {
  const form = event.target.closest("form[data-stays]");
  if (!form) return;
  event.preventDefault();
  event.submitter?.setAttribute("aria-busy", "true");
  try {
    await send(form);
  } catch {
    toast(document.getElementById("main").dataset.failed, "bad");
  }
  event.submitter?.removeAttribute("aria-busy");
};

document.addEventListener("submit", onSubmit);
