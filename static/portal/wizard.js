// A wizard's draft: whatever changes on the page is kept on the server, so that a reload or a sign-out loses nothing.

import { catchUp, noteLeft } from "./left.js";

const PAUSE = 400;
// Whoever stopped the next page from loading can press again after this.
const LEAVING = 5000;

const keeping = (form) => {
  const said = form.querySelector("[data-kept]");
  const discard = form.querySelector("[form=discard]");
  let waiting;
  let underway;
  // A second press of the last button, before the first was answered, would show its complaint.
  let isLeaving = false;
  let isTouched = false;

  /** Said aloud only where something is wrong: it would be heard at every pause otherwise. */
  const tell = (isKept) => {
    said.role = isKept ? null : "alert";
    said.textContent = isKept ? form.dataset.keeps : form.dataset.fails;
    if (isKept) discard.hidden = false;
  };

  const entries = () => {
    const body = new FormData(form);
    body.set("act", "keep");
    return body;
  };

  /** Return whether what the page holds now was kept. */
  const send = async () => {
    try {
      return (await fetch(location.href, { method: "POST", body: entries(), redirect: "error" })).ok;
    } catch {
      return false;
    }
  };

  /** One after the other, so that the newest entries are the last to arrive. */
  const keep = () => {
    waiting = undefined;
    const mine = (underway ?? Promise.resolve()).then(send).then((isKept) => {
      if (underway !== mine) return;
      underway = undefined;
      // What was changed meanwhile is told once it is kept, too.
      if (!waiting) tell(isKept);
    });
    underway = mine;
  };

  const later = () => {
    clearTimeout(waiting);
    isTouched = true;
    said.textContent = "";
    waiting = setTimeout(keep, PAUSE);
  };

  /** What is sent anyway need not be kept; and what is being kept must not arrive behind it. */
  const leave = (event) => {
    // Of another form, the search for one, nobody waits for an answer here: what was entered goes out behind the page.
    if (event.target !== form && event.target.id !== "discard") return;
    clearTimeout(waiting);
    waiting = undefined;
    if (underway || isLeaving) event.preventDefault();
    if (isLeaving) return;
    if (underway) underway.then(() => event.target.requestSubmit(event.submitter));
    else {
      isLeaving = isTouched = true;
      setTimeout(() => (isLeaving = false), LEAVING);
    }
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("submit", leave);
  addEventListener("pageshow", () => (isLeaving = false));
  addEventListener("pagehide", () => {
    if (!waiting && !underway) return;
    noteLeft(form);
    navigator.sendBeacon(location.href, entries());
  });
  catchUp(form, () => isTouched);
};

const form = document.querySelector("form[data-keeps]");
if (form) keeping(form);
