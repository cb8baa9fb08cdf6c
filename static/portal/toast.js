// Sentences in the corner of the page.

const LASTING = ".bad, .error, .warn, .warning";

/** Show a sentence; one that reports a fault stays until it is dismissed. */
export const toast = (text, tone = "info") => {
  const box = document.getElementById("toast-shape").content.firstElementChild.cloneNode(true);
  box.classList.add(tone);
  box.querySelector("p").textContent = text;
  document.getElementById("toasts").append(box);
  leaveLater(box);
};

/** Take a toast away after a while, unless somebody is at it. */
export const leaveLater = (box) => {
  if (box.matches(LASTING)) return;
  setTimeout(() => (box.matches(":hover, :focus-within") ? leaveLater(box) : box.remove()), 7000);
};
