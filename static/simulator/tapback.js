// Reactions: a long press, a right click or the button at a bubble opens the row of reactions beside it.

const LONG_PRESS = 500;
const panel = document.getElementById("tapback");
let timer = 0;
let opener = null;

const open = (content) => {
  opener = document.activeElement;
  panel.querySelector("[name=message]").value = content.dataset.reactable;
  panel.showPopover();
  const bubble = content.getBoundingClientRect();
  const own = panel.getBoundingClientRect();
  const highest = Math.max(8, bubble.top - own.height - 8);
  panel.style.top = `${Math.min(highest, innerHeight - own.height - 8)}px`;
  panel.style.left = `${Math.max(8, Math.min(bubble.left, innerWidth - own.width - 8))}px`;
  panel.querySelector("button").focus();
};

// The browser's own dismissal would end a right click's panel as the button comes up again.
const dismiss = (event) => {
  const isEscape = event.key === "Escape";
  if (!panel.matches(":popover-open") || !(isEscape || (!event.key && !panel.contains(event.target)))) return;
  panel.hidePopover();
  if (isEscape) opener?.focus();
};

const at = (event) => event.target.closest?.("[data-reactable]");

document.addEventListener("contextmenu", (event) => {
  const content = at(event);
  if (!content || event.target.closest("a")) return;
  event.preventDefault();
  open(content);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-react]")) open(at(event));
});
document.addEventListener("keydown", dismiss);
document.addEventListener("pointerdown", (event) => {
  dismiss(event);
  const content = at(event);
  if (content && event.pointerType !== "mouse") timer = setTimeout(open, LONG_PRESS, content);
});
for (const name of ["pointerup", "pointercancel", "pointermove"]) document.addEventListener(name, () => clearTimeout(timer));
