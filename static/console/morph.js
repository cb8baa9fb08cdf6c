// Makes what is on the page like what the server sent, touching only what differs, so that focus, scrolling,
// pictures and open disclosures stay.

// What scripts and people change on a page, and no answer of the server undoes.
const OURS = ["open", "title", "tabindex"];

const key = (element) => element.id || element.dataset.part || "";

/** Return a copy without what scripts and people change on a page. */
const plain = (node) => {
  const copy = node.cloneNode(true);
  if (!(copy instanceof Element)) return copy;
  for (const each of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["open", "tabindex"]) each.removeAttribute(name);
    if (each.dataset.until !== undefined) each.removeAttribute("hidden");
    // Every answer brings a token of its own, and any of them will do.
    if (each.matches("[name=csrfmiddlewaretoken]")) each.removeAttribute("value");
    if (!each.matches("time, [data-seconds-from]")) continue;
    each.removeAttribute("title");
    each.textContent = "";
  }
  copy.normalize();
  return copy;
};

const isSame = (now, next) => plain(now).isEqualNode(plain(next));

const copyAttributes = (now, next) => {
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name) && !OURS.includes(name)) now.removeAttribute(name);
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
};

const isKeyed = (element) => element.children.length > 0 && [...element.childNodes].every((node) => (node instanceof Element ? key(node) : !node.textContent.trim()));

const adopt = (node) => document.importNode(node, true);

const syncChildren = (now, next) => {
  const known = new Map([...now.children].map((child) => [key(child), child]));
  let place = now.firstElementChild;
  for (const wanted of next.children) {
    const child = known.get(key(wanted)) ?? adopt(wanted);
    const isNew = !known.delete(key(wanted));
    if (child === place) place = place.nextElementSibling;
    else now.insertBefore(child, place);
    if (isNew) window.htmx.process(child);
    else sync(child, wanted);
  }
  for (const gone of known.values()) gone.remove();
};

/** Make one element like another. */
export const sync = (now, next) => {
  if (next.dataset.steady !== undefined && now.dataset.steady === next.dataset.steady) return;
  if (isSame(now, next)) return;
  copyAttributes(now, next);
  if (isKeyed(next) && isKeyed(now)) return syncChildren(now, next);
  if (isSameInside(now, next)) return;
  now.replaceChildren(...[...next.childNodes].map(adopt));
  window.htmx.process(now);
};

const isSameInside = (now, next) => {
  const [one, other] = [plain(now), plain(next)];
  return one.childNodes.length === other.childNodes.length && [...one.childNodes].every((node, at) => node.isEqualNode(other.childNodes[at]));
};
