// Choosing an emoji by sight or by name.

import { GROUPS } from "./emoji_names.js";

const COLUMNS = 8;
const RECENT = "recent-emoji";
const byId = (id) => document.getElementById(id);
const glyphs = () => [...byId("emoji-groups").querySelectorAll("button")];

const recent = () => {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) ?? [];
  } catch {
    return [];
  }
};

const remember = (glyph) => {
  try {
    localStorage.setItem(RECENT, JSON.stringify([glyph, ...recent().filter((each) => each !== glyph)].slice(0, COLUMNS)));
  } catch {
    // Without storage there is no list of recent ones; choosing works all the same.
  }
};

const button = ([glyph, name]) => {
  const shape = Object.assign(document.createElement("button"), { type: "button", textContent: glyph, title: name });
  shape.setAttribute("aria-label", name);
  return shape;
};

const group = (name, pairs) => {
  const title = Object.assign(document.createElement("h2"), { className: "small muted", textContent: byId("emoji").dataset[name] });
  const grid = Object.assign(document.createElement("div"), { className: "emoji-grid" });
  grid.append(...pairs.map(button));
  return pairs.length ? [title, grid] : [];
};

const show = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ([, name]) => words.every((each) => name.includes(each));
  const all = Object.values(GROUPS).flat();
  const first = words.length ? [] : group("recent", all.filter(([glyph]) => recent().includes(glyph)));
  const rest = Object.entries(GROUPS).flatMap(([name, pairs]) => group(name, pairs.filter(fits)));
  const nothing = Object.assign(document.createElement("p"), { className: "muted small", textContent: byId("emoji").dataset.none });
  byId("emoji-groups").replaceChildren(...first, ...(rest.length ? rest : [nothing]));
};

const place = () => {
  const [box, at] = [byId("emoji"), byId("emoji-button").getBoundingClientRect()];
  box.style.insetBlockEnd = `${innerHeight - at.top + 8}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
};

const insert = (field, glyph) => {
  remember(glyph);
  byId("emoji").hidePopover();
  field.focus();
  field.setRangeText(glyph, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

const onKey = (field) => (event) => {
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    if (glyphs()[0]) insert(field, glyphs()[0].textContent);
  }
  const isCaret = event.target.matches("input") && event.key !== "ArrowDown";
  if (!STEPS[event.key] || isCaret) return;
  event.preventDefault();
  const at = glyphs().indexOf(event.target);
  const next = at < 0 ? 0 : at + STEPS[event.key];
  (next < 0 ? byId("emoji-search") : glyphs()[Math.min(next, glyphs().length - 1)])?.focus();
};

/** Wake the picker of a composer. */
export const startEmoji = (field) => {
  const box = byId("emoji");
  byId("emoji-button").addEventListener("click", () => box.togglePopover());
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    byId("emoji-search").value = "";
    show("");
    place();
    byId("emoji-search").focus();
  });
  byId("emoji-search").addEventListener("input", (event) => show(event.target.value));
  box.addEventListener("keydown", onKey(field));
  byId("emoji-groups").addEventListener("click", (event) => {
    const chosen = event.target.closest("button");
    if (chosen) insert(field, chosen.textContent);
  });
};
