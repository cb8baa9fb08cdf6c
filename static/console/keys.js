// Working without a mouse. Who dictates can switch single keys off (WCAG 2.1.4), since words would press them.

const SETTING = "single-keys";
const box = document.getElementById("keys-on");

const areOn = () => {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
};

const remember = () => {
  try {
    localStorage.setItem(SETTING, box.checked ? "on" : "off");
  } catch {
    // Without storage they stay as they are.
    box.checked = true;
  }
};

const isWriting = (target) => target.closest("input, textarea, select, [contenteditable], [popover], #rich");
const items = () => [...document.querySelectorAll("#list .item")];

const move = (step) => {
  const all = items();
  const at = all.indexOf(document.activeElement.closest(".item"));
  const start = at >= 0 ? at : all.findIndex((each) => each.hasAttribute("aria-current"));
  const next = start < 0 ? 0 : start + step;
  all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
};

const actions = {
  j: () => move(1),
  k: () => move(-1),
  r: () => document.getElementById("body")?.focus(),
  "/": () => document.querySelector("#list-search [name=q]").focus(),
  "?": () => document.getElementById("keys").showModal(),
};

const onArrow = (event) => {
  const isInList = event.target.closest("#list");
  if (!isInList || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  move(event.key === "ArrowDown" ? 1 : -1);
};

box.checked = areOn();
box.addEventListener("change", remember);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  onArrow(event);
  if (event.key === "Escape" && event.target.matches("input, textarea")) return event.target.blur();
  if (isWriting(event.target) || !actions[event.key] || !areOn()) return;
  event.preventDefault();
  actions[event.key]();
});
