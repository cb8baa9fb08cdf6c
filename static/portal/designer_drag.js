// Entries are dragged by their grips to another place in the same list.

let dragged = null;

/** Return the entry of the same list that lies under the pointer, and whether it is below its middle. */
const under = ({ target, clientY }) => {
  let entry = target.closest?.("[data-entry]");
  while (entry && entry.parentElement !== dragged.parentElement) entry = entry.parentElement.closest("[data-entry]");
  if (!entry) return null;
  const { top, height } = entry.getBoundingClientRect();
  return { entry, isAfter: clientY > top + height / 2 };
};

const unmark = () => document.querySelectorAll(".drop-before, .drop-after").forEach((each) => each.classList.remove("drop-before", "drop-after"));

const onStart = (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip) return;
  dragged = grip.closest("[data-entry]");
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.entry);
  event.dataTransfer.setDragImage(dragged, 24, 24);
};

const onOver = (event) => {
  const found = dragged && under(event);
  unmark();
  if (!found) return;
  event.preventDefault();
  found.entry.classList.add(found.isAfter ? "drop-after" : "drop-before");
};

const onDrop = (event, move) => {
  const found = dragged && under(event);
  if (!found) return;
  event.preventDefault();
  const rows = [...dragged.parentElement.children];
  const [from, over] = [rows.indexOf(dragged), rows.indexOf(found.entry) + (found.isAfter ? 1 : 0)];
  const to = over > from ? over - 1 : over;
  if (to !== from) move(dragged.dataset.entry, to);
};

const onEnd = () => {
  unmark();
  dragged?.classList.remove("dragged");
  dragged = null;
};

/** Let entries be dragged; ``move`` is called with the name of one and its new place in the list. */
export const dragging = (move) => {
  document.addEventListener("dragstart", onStart);
  document.addEventListener("dragover", onOver);
  document.addEventListener("drop", (event) => onDrop(event, move));
  document.addEventListener("dragend", onEnd);
};
