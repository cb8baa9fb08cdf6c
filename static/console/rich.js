// Rich messages: found by /rm as one types, shown as the phone will, changed this once, sent.

import { newKey } from "./drafts.js";
import { ask } from "./post.js";
import { apply, fetchFragment } from "./refresh.js";
import { word } from "./words.js";

// What calls for a rich message: /rm at the end of what is written, with what follows it on its line.
const COMMAND = /(?:^|(?<=\s))\/rm(?:[^\S\n]+([^\n]*))?$/i;
const SEARCH_PAUSE = 100;
const CHECK_PAUSE = 200;
const byId = (id) => document.getElementById(id);
const panel = () => byId("rich");
const search = () => byId("rich-search");
const options = () => [...byId("rich-found").querySelectorAll("[role=option]")];
const isListShown = () => !byId("rich-list").hidden;

let asked = 0;
let pause;
// Enter may be quicker than the list: then it opens what the list begins with.
let opensFirst = false;
let isLoading = false;
let wasLost = false;

const activate = (option) => {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) search().setAttribute("aria-activedescendant", option.id);
  else search().removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
};

const active = () => options().find((each) => each.getAttribute("aria-selected") === "true");

const find = async () => {
  const mine = ++asked;
  const fragment = await fetchFragment(`${panel().dataset.url}?${new URLSearchParams({ q: search().value })}`);
  if (mine !== asked || !panel()) return;
  isLoading = false;
  if (!fragment) return void (byId("rich-status").textContent = word("notReached"));
  byId("rich-found").replaceChildren(fragment);
  byId("rich-found").scrollTop = 0;
  byId("rich-status").textContent = byId("rich-options").dataset.status;
  activate(options()[0]);
  if (opensFirst) choose(active());
};

const findSoon = (delay = SEARCH_PAUSE) => {
  isLoading = true;
  opensFirst = false;
  // What is on its way answers an older question.
  asked += 1;
  clearTimeout(pause);
  pause = setTimeout(find, delay);
};

const onSearch = () => {
  // The blank after /rm is typed here already.
  if (/^\s/.test(search().value)) search().value = search().value.trimStart();
  findSoon();
};

const showList = () => {
  asked += 1;
  clearTimeout(pause);
  byId("rich-one").hidden = true;
  byId("rich-one").replaceChildren();
  byId("rich-list").hidden = false;
  search().focus();
};

/** Open the panel with what is searched for. */
const open = (text) => {
  panel().hidden = false;
  byId("rich-button").ariaExpanded = "true";
  search().value = text;
  byId("rich-found").replaceChildren();
  showList();
  findSoon(0);
};

const close = () => {
  asked += 1;
  clearTimeout(pause);
  panel().hidden = true;
  byId("rich-button").ariaExpanded = "false";
  byId("rich-one").replaceChildren();
  byId("body").focus();
};

const choose = (option) => {
  opensFirst = false;
  if (!option) return;
  if (option.dataset.url) return void show(option.dataset.url);
  search().value = option.dataset.query;
  findSoon(0);
};

const show = async (url) => {
  const mine = ++asked;
  const fragment = await fetchFragment(url);
  if (mine !== asked || !fragment || !panel()) return;
  byId("rich-one").replaceChildren(fragment);
  byId("rich-one").hidden = false;
  byId("rich-list").hidden = true;
  wasLost = false;
  window.htmx.process(byId("rich-one"));
  markFaults();
  byId("rich-title").focus();
};

const markFaults = () => {
  for (const field of panel().querySelectorAll("[aria-describedby^=rich-fault]")) {
    const fault = byId(field.getAttribute("aria-describedby"));
    field.ariaInvalid = String(fault.textContent.trim() !== "" && !fault.matches(".warned"));
  }
};

const put = (html) => {
  const shape = document.createElement("template");
  shape.innerHTML = html;
  apply(shape.content);
  markFaults();
};

const check = async () => {
  const form = byId("rich-form");
  const mine = ++asked;
  const answer = await ask(form.dataset.checkUrl, new FormData(form));
  if (mine !== asked || !answer?.ok || byId("rich-form") !== form) return;
  put(await answer.text());
  document.activeElement.closest("#rich .field")?.scrollIntoView({ block: "nearest" });
};

const onEdit = () => {
  // Another text is another message; the same one keeps its key until it is known to be sent.
  if (wasLost) byId("rich-form").elements.client_key.value = newKey();
  wasLost = false;
  clearTimeout(pause);
  pause = setTimeout(check, CHECK_PAUSE);
};

const say = (text) => {
  const box = Object.assign(document.createElement("div"), { className: "notice bad" });
  box.append(Object.assign(document.createElement("p"), { textContent: text }));
  byId("rich-state").replaceChildren(box);
};

const onSent = ({ target, detail }) => {
  // Told once more, higher up, of a form that has left the page.
  if (target !== byId("rich-form")) return;
  byId("rich-send").removeAttribute("aria-busy");
  const { status, responseText } = detail.xhr;
  if (detail.successful) return close();
  if (status === 409) put(responseText);
  else say(status === 403 ? word("oldPage") : status ? word("failed", { status }) : word("notReached"));
  // What stands before the server may have given up on what it then did.
  wasLost = !status || status >= 500;
  panel().querySelector("[aria-invalid=true]")?.focus();
  byId("rich-state").scrollIntoView({ block: "nearest" });
};

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

const onSearchKey = (event) => {
  if (event.key === "Enter") {
    event.preventDefault();
    if (isLoading) opensFirst = true;
    else choose(active());
  }
  if (!STEPS[event.key] || event.isComposing) return;
  event.preventDefault();
  const all = options();
  const next = all.indexOf(active()) + STEPS[event.key];
  activate(all[Math.max(0, Math.min(next, all.length - 1))]);
};

const onKey = (event) => {
  if (event.target === search()) onSearchKey(event);
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  if (isListShown()) close();
  else showList();
};

const onClick = ({ target }) => {
  if (target.closest("[data-rich-close]")) close();
  else if (target.closest("[data-rich-back]")) showList();
  else choose(target.closest("[role=option]"));
};

const isUnsendable = () => byId("rich-send").ariaDisabled === "true";

const onSubmit = (event) => {
  if (isUnsendable()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    panel().querySelector("[aria-invalid=true]")?.focus();
  } else byId("rich-send").setAttribute("aria-busy", "true");
};

const onWritten = ({ target: field, inputType }) => {
  const before = field.value.slice(0, field.selectionStart);
  const found = inputType?.startsWith("delete") ? null : COMMAND.exec(before);
  if (!found) return;
  field.setRangeText("", found.index, before.length, "end");
  open(found[1] ?? "");
};

/** Wake the panel of a composer. */
export const startRich = (field) => {
  field.addEventListener("input", onWritten);
  byId("rich-button").addEventListener("click", () => (panel().hidden ? open("") : close()));
  panel().addEventListener("keydown", onKey);
  panel().addEventListener("click", onClick);
  panel().addEventListener("mousedown", (event) => event.target.closest("[role=option]") && event.preventDefault());
  search().addEventListener("input", onSearch);
  byId("rich-one").addEventListener("input", onEdit);
  // Before htmx, which listens at the form itself.
  panel().addEventListener("submit", onSubmit, { capture: true });
  panel().addEventListener("htmx:afterRequest", onSent);
};

document.addEventListener("pointerdown", ({ target }) => {
  const isOpen = panel() && !panel().hidden && isListShown();
  if (isOpen && !target.closest("#rich, #rich-button")) {
    panel().hidden = true;
    byId("rich-button").ariaExpanded = "false";
  }
});
