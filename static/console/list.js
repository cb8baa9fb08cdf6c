// The lists beside the conversation: choosing one, searching, and keeping them true.

import { apply, coalesced, fetchFragment } from "./refresh.js";

const rows = () => document.getElementById("list-rows");
const chosen = () => document.getElementById("workspace").dataset.of ?? "";

const wanted = { view: rows().dataset.view, q: rows().dataset.q, show: rows().dataset.show };
let listeners = [];

/** Call with the number of unread messages whenever the list was looked at. */
export const onList = (listener) => listeners.push(listener);

const load = async () => {
  const asked = JSON.stringify(wanted);
  const fragment = await fetchFragment(`${rows().dataset.url}?${new URLSearchParams({ ...wanted, current: chosen() })}`);
  if (!fragment || asked !== JSON.stringify(wanted)) return;
  apply(fragment);
  listeners.forEach((listener) => listener(Number(rows().dataset.unread)));
};

/** Look at the lists again. */
export const refreshList = coalesced(load, 100);

const choose = (view) => {
  Object.assign(wanted, { view, q: "", show: "50" });
  const search = document.getElementById("list-search");
  search.elements.q.value = "";
  search.elements.view.value = view;
  history.replaceState(history.state, "", `?view=${view}`);
  load();
};

let pause;
const search = (text) => {
  clearTimeout(pause);
  pause = setTimeout(() => {
    Object.assign(wanted, { q: text.trim(), show: "50" });
    load();
  }, 150);
};

document.getElementById("list").addEventListener("click", (event) => {
  const tab = event.target.closest("a[data-view]");
  const more = event.target.closest(".more-rows");
  if (tab && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    choose(tab.dataset.view);
  }
  if (more) {
    wanted.show = more.dataset.show;
    load();
  }
});
document.getElementById("list-search").addEventListener("input", (event) => search(event.target.value));
document.getElementById("list-search").addEventListener("submit", (event) => {
  event.preventDefault();
  search(event.target.elements.q.value);
});
