// The designer: what is typed goes to the server, whose answer brings faults, preview, JSON and whether it is saved.
//
// One request at a time: what is typed meanwhile goes with the next. A request whose answer is lost is sent again as it
// was, so that the server recognises it.

import { dragging } from "./designer_drag.js";
import { renamed } from "./designer_places.js";
import { catchUp, noteLeft } from "./left.js";
import { released } from "./press.js";

const TYPING = 150;
// Addresses are looked up, so that half of one should not be sent.
const ADDRESS = 700;
const AGAIN = 2000;
const POLL = 1500;
// Letters typed into one field in one go are undone together.
const TOGETHER = 1500;
// A link waits this long for what was typed to be saved; then the browser asks.
const LEAVING = 10000;
// A request of more does not outlive its page: browsers hold 64 KB at most.
const OUTLIVES = 60000;
const TICK = 30;

const form = document.getElementById("designer");
const announced = document.getElementById("announce");
const acts = [];
// Fields that were changed after the request under way was made.
const unsent = new Set();
let isDirty = false;
let isBusy = false;
let isTyped = false;
let isUnsaved = false;
let isLeaving = false;
let timer = 0;
let looking = 0;
let typed = { name: "", at: 0 };
let kept = { name: "", at: 0 };

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const byId = (id) => document.getElementById(id);
const json = () => byId("json").querySelector("pre").textContent;
const tell = (sentence) => (document.querySelector("[data-saved]").textContent = sentence);

const past = [json()];
const future = [];

const fetchFor = (body, headers = {}) =>
  fetch(form.getAttribute("action"), { method: "POST", headers, body, credentials: "same-origin", keepalive: String(body).length < OUTLIVES });

/** Return the answer as a document; nothing where the server does not want it. */
const post = async (body) => {
  for (;;) {
    try {
      const answer = await fetchFor(body, { "X-Requested-With": "designer" });
      if (answer.ok && !answer.redirected) return new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status < 500) {
        tell(form.dataset.refused);
        return null;
      }
    } catch {
      // The network is away; the same is sent again.
    }
    tell(form.dataset.failed);
    await pause(AGAIN);
  }
};

const bodyFor = (act, content) => {
  const body = new URLSearchParams(new FormData(form));
  if (act !== "paste") body.delete("_content");
  if (act) body.set("_do", act);
  if (content !== undefined) body.set("_content", content);
  return body;
};

const remember = (act) => {
  const now = json();
  if (now === past.at(-1)) return;
  const isSame = !act && past.length > 1 && typed.name === kept.name && typed.at - kept.at < TOGETHER;
  if (isSame) past.pop();
  past.push(now);
  future.length = 0;
  kept = act ? { name: "", at: 0 } : typed;
};

const showFaults = (answer) => {
  for (const list of byId("fields").querySelectorAll(".errorlist")) list.replaceChildren();
  for (const field of byId("fields").querySelectorAll(".wrong")) field.classList.remove("wrong");
  for (const input of byId("fields").querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const fault of answer.querySelectorAll("[data-faults] > li")) {
    const list = byId(`e-${fault.dataset.of}`);
    if (!list) continue;
    const line = document.createElement("li");
    line.className = fault.className;
    line.textContent = fault.textContent;
    list.append(line);
    if (fault.className) continue;
    list.closest("[data-field]")?.classList.add("wrong");
    byId(`f-${fault.dataset.of}`)?.setAttribute("aria-invalid", "true");
  }
};

const scrolled = () => [...document.querySelectorAll("#preview .preview-talk, #preview .device-body")].map((each) => each.scrollTop);

const put = (answer) => {
  const heights = scrolled();
  for (const part of answer.querySelectorAll("#state, #preview, #json, #fields, .picture-state")) {
    if (part.matches("#fields .picture-state")) continue;
    byId(part.id)?.replaceWith(document.adoptNode(part));
  }
  [...document.querySelectorAll("#preview .preview-talk, #preview .device-body")].forEach((each, at) => (each.scrollTop = heights[at] ?? 0));
  if (navigator.clipboard) byId("json").querySelector("[data-copy]").hidden = false;
};

const focusOn = (name, act) => {
  const found = byId(name) ?? byId(`f-${name}`);
  if (!found) return;
  const isNew = /^(add|duplicate|clear)/.test(act);
  const inside = isNew && found.matches("[data-entry]") && found.querySelector("input:not([type=hidden]), select, textarea");
  (inside || found).focus();
};

/** Look again whether a picture has come; whoever types sends that along. */
const poll = () => {
  clearTimeout(looking);
  looking = setTimeout(() => isTyped || typing(), POLL);
};

const isTicked = (field) => field.matches("[type=checkbox], [type=radio]");

/** Put what was typed while the answer was on its way into the fields that stand for the same ones now. */
const carry = (nameNow) => {
  const typedInto = [...unsent];
  unsent.clear();
  for (const field of typedInto) {
    const name = nameNow(field.name);
    const found = [...form.elements].find((each) => each.name === name && (!isTicked(each) || each.value === field.value));
    if (!found) continue;
    if (isTicked(field)) found.checked = field.checked;
    else found.value = field.value;
    heads(found);
    unsent.add(found);
  }
  typed = { ...typed, name: nameNow(typed.name) };
};

const setCaret = (caret) => {
  const field = document.activeElement;
  if (isOurs(field) && caret != null && field.selectionStart != null) field.setSelectionRange(caret, caret);
};

const show = (answer, act, keep, isLook) => {
  const refusal = isLook && document.querySelector("#state [data-refusal]");
  const before = document.activeElement;
  const [id, caret, isOfState] = [before?.id, before?.selectionStart, Boolean(before?.closest("#state"))];
  const wanted = answer.querySelector("[data-focus-on]").dataset.focusOn;
  const nameNow = (name) => (wanted ? renamed(name, act, wanted) : name);
  // Whoever types meanwhile goes on where they are.
  const typingIn = unsent.has(before) && `f-${nameNow(before.name)}`;
  const isNewForm = Boolean(answer.querySelector("#fields"));
  put(answer);
  if (isNewForm) carry(nameNow);
  else showFaults(answer);
  // Why something was refused stays to be read, whatever pictures arrive.
  if (refusal) byId("state").append(refusal);
  isUnsaved = Boolean(document.querySelector("#state [data-reload]")) || unsent.size > 0;
  if (unsent.size) tell(form.dataset.saving);
  announced.textContent = byId("state").dataset.told;
  if (act === "paste" && !document.querySelector("#state .notice")) byId("content").value = "";
  remember(act);
  showSteps();
  if (typingIn && byId(typingIn)) {
    byId(typingIn).focus({ preventScroll: true });
    setCaret(caret);
  } else if (keep && wanted) {
    focusOn(keep(wanted), act);
    setCaret(caret);
  } else if (wanted) focusOn(wanted, act);
  else if (act === "publish" && document.querySelector("#fields [aria-invalid]")) document.querySelector("#fields [aria-invalid]").focus();
  else if (id && !before.isConnected) {
    byId(id)?.focus({ preventScroll: true });
    setCaret(caret);
  }
  else if (isOfState && !before.isConnected) byId("state").focus();
  if (document.querySelector("[data-poll]")) poll();
};

const showSteps = () => {
  for (const [button, steps, least] of [["undo", past, 1], ["redo", future, 0]]) {
    const found = document.querySelector(`[data-${button}]`);
    found.hidden = false;
    found.disabled = steps.length <= least;
  }
};

/** Do what waits, one after the other; what was typed meanwhile goes along. */
const work = async () => {
  if (isBusy) return;
  isBusy = true;
  while (acts.length || isDirty) {
    // What was typed goes first, so that it is undone apart from what a button did.
    const next = isDirty || isTyped ? undefined : acts.shift();
    // A place is read when its turn comes: what went before may have moved it.
    const step = next?.find ? next.find() : next;
    if (next && !step) continue;
    clearTimeout(timer);
    const isLook = !step && !isTyped;
    isDirty = isTyped = false;
    unsent.clear();
    const content = step?.isTime ? travel(step.act) : undefined;
    if (step?.isTime && content === undefined) continue;
    const act = step?.isTime ? "restore" : (step?.act ?? "");
    tell(form.dataset.saving);
    const answer = await post(bodyFor(act, content));
    await released();
    if (answer) show(answer, act, step?.keep, isLook);
  }
  isBusy = false;
};

const act = (name, keep) => {
  acts.push({ act: name, keep });
  work();
};

/** Return the content one step back or forth. */
const travel = (way) => {
  const [from, to, least] = way === "undo" ? [past, future, 1] : [future, past, 0];
  if (from.length <= least) return undefined;
  to.push(from.pop());
  return past.at(-1);
};

const step = (way) => {
  acts.push({ act: way, isTime: true });
  work();
};

const typing = (wait = 0) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isDirty = true;
    work();
  }, wait);
};

/** Follow a link once what was typed is saved, so that nobody is asked about something that takes a moment. */
const leaveFor = async (link) => {
  const endsAt = Date.now() + LEAVING;
  if (isTyped) typing();
  while ((isTyped || isBusy) && Date.now() < endsAt) await pause(TICK);
  location.assign(link.href);
};

const isPlain = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
const leadsAway = (link) => link && !link.target && !link.download && link.href.split("#")[0] !== location.href.split("#")[0];

const isOurs = (field) => field.form === form && field.id !== "content" && field.name;

const heads = (field) => {
  const entry = field.closest("[data-entry]");
  const first = entry?.querySelector(":scope > .entry-body input.input");
  if (first === field) entry.querySelector("[data-heading]").textContent = field.value;
};

const onInput = ({ target }) => {
  if (!isOurs(target)) return;
  heads(target);
  unsent.add(target);
  typed = { name: target.name, at: Date.now() };
  isTyped = isUnsaved = true;
  tell(form.dataset.saving);
  typing(target.type === "url" ? ADDRESS : TYPING);
};

const onChange = ({ target }) => {
  // Whoever leaves a field, or ticks a box, has finished it.
  if (isOurs(target) && isTyped) typing();
};

const isUndo = (event) => (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
const isRedo = (event) => (isUndo(event) && event.shiftKey) || (event.ctrlKey && event.key.toLowerCase() === "y");

/** Return how to move the entry that holds the focus; the same field has it afterwards. */
const moving = (way) => {
  const field = document.activeElement;
  const entry = field.closest("[data-entry]");
  if (!entry) return undefined;
  const inside = field.id.replace(`f-${entry.dataset.entry}`, "");
  const keep = (focus) => (field.id.startsWith("f-") ? `f-${focus.replace(/^\w+:/, "")}${inside}` : focus);
  return { act: `${way}:${entry.dataset.entry}`, keep };
};

const moveEntry = (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!way || !event.target.closest("[data-entry]") || event.target.matches("select")) return;
  event.preventDefault();
  acts.push({ find: () => moving(way) });
  work();
};

const onKey = (event) => {
  if (event.target.id === "content") return;
  if (event.altKey) return moveEntry(event);
  const way = isRedo(event) ? "redo" : isUndo(event) ? "undo" : "";
  if (!way) return;
  event.preventDefault();
  step(way);
};

// Of a double click the second half would meet the entry that took the place of the first.
const PLACED = /^(up|down|remove|duplicate):/;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter?.name === "_do" ? event.submitter.value : "");
});
document.addEventListener("click", (event) => {
  if (event.detail > 1 && PLACED.test(event.target.closest("[name=_do]")?.value)) event.preventDefault();
  if (event.target.closest("[data-undo]")) step("undo");
  if (event.target.closest("[data-redo]")) step("redo");
  const link = event.target.closest("a[href]");
  if (link?.matches("[data-reload]")) isLeaving = true;
  else if ((isTyped || isBusy) && leadsAway(link) && isPlain(event)) {
    event.preventDefault();
    leaveFor(link);
  }
});
document.addEventListener("input", onInput);
document.addEventListener("change", onChange);
document.addEventListener("keydown", onKey);
dragging((entry, to) => act(`move:${entry}:${to}`));
// A window that is closed, or a step back in the history, waits for nobody: this goes out behind it.
addEventListener("pagehide", () => {
  if (isTyped || isBusy) noteLeft(form);
  if (isTyped && !isBusy) fetchFor(bodyFor(""));
});
// So does a phone that puts the browser away, which may never come back to it.
document.addEventListener("visibilitychange", () => document.hidden && isTyped && typing());
// A page that the browser kept as it was does not know what went out behind it.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  isLeaving = true;
  location.reload();
});
addEventListener("beforeunload", (event) => {
  if (!isLeaving && (isUnsaved || isBusy)) event.preventDefault();
});
showSteps();
catchUp(form, () => isTyped || isBusy || isUnsaved);
if (document.querySelector("[data-poll]")) poll();
