// Keeps a page that is open like a page that was just loaded: an event says that something changed, and the page
// fetches its parts; entries that are still the same stay, so that focus, scroll and half-typed numbers stay too.

import { released } from "../portal/press.js";

const merge = (list, fresh) => {
  const known = new Map([...list.children].map((entry) => [entry.id, entry]));
  const entries = [...fresh.children].map((entry) => {
    const old = known.get(entry.id);
    return old ? renewed(old, entry) : entry;
  });
  for (const old of known.values()) if (!entries.includes(old)) old.remove();
  entries.forEach((entry, place) => {
    if (list.children[place] !== entry) list.insertBefore(entry, list.children[place] ?? null);
  });
};

/** Return the entry to show; of a message, what can be pressed stays where it is while its place or state changes. */
const renewed = (old, entry) => {
  if (isSame(old, entry)) return old;
  const [kept, next] = [old, entry].map((each) => each.querySelector(":scope > .content"));
  if (!kept || !next || !isSame(kept, next)) return entry;
  old.className = entry.className;
  for (const child of [...old.children]) if (child !== kept) child.remove();
  const fresh = [...entry.children];
  kept.before(...fresh.slice(0, fresh.indexOf(next)));
  kept.after(...fresh.slice(fresh.indexOf(next) + 1));
  return old;
};

const isSame = (one, other) => withoutTokens(one) === withoutTokens(other);

// Each page has its own token in its forms, and any of them will do.
const withoutTokens = (entry) => entry.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"|title="[^"]*"/g, "");

const isAtEnd = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;

// Whether the end stays in view: pictures that come late move it.
let follows = true;

export const toEnd = () => {
  const scroller = document.querySelector(".scroller");
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
  follows = true;
};

/** Fetch the page's parts and put in what differs. */
const fetchParts = async (main) => {
  const answer = await fetch(main.dataset.parts);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  await released();
  for (const fresh of page.querySelectorAll("[data-list]")) {
    const list = document.querySelector(`[data-list="${fresh.dataset.list}"]`);
    if (list) merge(list, fresh);
  }
  if (follows) toEnd();
};

let running = null;
let again = false;

/** Refresh once now; calls that come meanwhile become one more. */
export const refresh = async () => {
  again = true;
  running ??= (async () => {
    try {
      while (again) {
        again = false;
        await fetchParts(document.getElementById("main"));
      }
    } catch {
      // The stream comes back by itself, and its first event refreshes.
    } finally {
      running = null;
    }
  })();
  await running;
};

/** Refresh whenever something changes. */
export const listen = () => {
  document.addEventListener("scroll", ({ target }) => target.matches?.(".scroller") && (follows = isAtEnd(target)), { capture: true });
  document.addEventListener("load", ({ target }) => follows && target.closest?.(".talk") && toEnd(), { capture: true });
  const source = new EventSource(document.getElementById("main").dataset.events);
  source.addEventListener("changed", refresh);
};
