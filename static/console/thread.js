// The conversation on the screen: opening one, keeping it true, scrolling, and telling that it was read.

import { startComposer } from "./composer.js";
import { refreshList } from "./list.js";
import { post } from "./post.js";
import { apply, coalesced, fetchFragment } from "./refresh.js";
import { refreshTimes } from "./times.js";
import { word } from "./words.js";

const NEAR = 80;
const byId = (id) => document.getElementById(id);
const workspace = () => byId("workspace");
const scroller = () => byId("scroller");
const isAtEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < NEAR;
const messages = () => [...document.querySelectorAll("#talk > [data-message]")];
const newest = () => Number(messages().at(-1)?.dataset.message ?? 0);

/** Return the number of the conversation on the screen, 0 when there is none. */
export const current = () => Number(workspace().dataset.of ?? 0);

// Whether the end stays in view: late pictures move it, and so does a composer that grows.
let follows = true;

const toEnd = () => {
  follows = true;
  scroller().scrollTop = scroller().scrollHeight;
  byId("new-messages").hidden = true;
};

const watcher = new ResizeObserver(() => follows && scroller() && toEnd());

const say = (text) => {
  byId("announcer").textContent = text;
};

const announce = (since) => {
  const fresh = messages().filter((each) => Number(each.dataset.message) > since && each.classList.contains("is-in"));
  if (!fresh.length) return false;
  const text = fresh.at(-1).querySelector(".bubble, .file-card b, .file-line .cut, .when")?.textContent.trim() ?? "";
  say(word("newMessage", { name: workspace().dataset.name, text: text.slice(0, 120) }));
  return true;
};

/** Tell the server that the newest message was seen, when it was. */
export const markRead = () => {
  const header = byId("thread-header");
  const isSeen = document.visibilityState === "visible" && document.hasFocus();
  if (!header || !isSeen || header.dataset.unread === "0" || !isAtEnd()) return;
  header.dataset.unread = "0";
  post(header.dataset.readUrl);
};

const load = async () => {
  const { of, url } = workspace().dataset;
  if (!of) return;
  const first = messages()[0]?.dataset.message ?? "";
  const fragment = await fetchFragment(`${url}?since=${first}`);
  if (!fragment || workspace().dataset.of !== of) return;
  const [wasAtEnd, before] = [isAtEnd(), newest()];
  keepOlder(fragment);
  apply(fragment);
  const hasNews = announce(before);
  if (wasAtEnd) toEnd();
  else if (hasNews) byId("new-messages").hidden = false;
  watcher.observe(byId("talk"));
  startComposer();
  markRead();
};

/** Keep the pages that were loaded before what a very long fragment begins with. */
const keepOlder = (fragment) => {
  const first = Number(fragment.querySelector("#talk > [data-message]")?.dataset.message ?? 0);
  const older = messages().filter((each) => Number(each.dataset.message) < first);
  if (!older.length || newest() < first) return;
  fragment.querySelector("#talk > .earlier")?.remove();
  const kept = [document.querySelector("#talk > .earlier"), ...older].filter(Boolean);
  fragment.querySelector("#talk").prepend(...kept.map((each) => each.cloneNode(true)));
};

/** Look at the conversation again. */
export const refreshThread = coalesced(load, 50);

const started = () => {
  const isOpen = current() > 0;
  byId("console").classList.toggle("has-conversation", isOpen);
  refreshTimes();
  if (!isOpen) return;
  toEnd();
  scroller().addEventListener("scroll", onScroll, { passive: true });
  watcher.disconnect();
  watcher.observe(scroller());
  watcher.observe(byId("talk"));
  byId("new-messages").addEventListener("click", () => (toEnd(), markRead()));
  startComposer();
  markRead();
};

const onScroll = () => {
  follows = isAtEnd();
  if (!follows) return;
  byId("new-messages").hidden = true;
  markRead();
};

const show = (fragment) => {
  workspace().replaceWith(document.importNode(fragment.querySelector("#workspace"), true));
  window.htmx.process(workspace());
  started();
  showCurrent();
  refreshList();
  const field = matchMedia("(min-width: 60rem)").matches && byId("body");
  (field || byId("main")).focus({ preventScroll: true });
};

const showCurrent = () => {
  for (const link of document.querySelectorAll(":is(.item, .session)[data-opens-conversation]")) {
    const isIt = Number(link.dataset.opensConversation) === current();
    if (isIt) link.setAttribute("aria-current", link.matches(".session") ? "page" : "true");
    else link.removeAttribute("aria-current");
  }
};

let asked = "";

/** Put another conversation on the screen, as following its link would; of two quick clicks the second counts. */
export const open = async (href) => {
  const url = new URL(href, location.href);
  asked = url.pathname;
  const fragment = await fetchFragment(`${url.pathname}thread/`);
  if (asked !== url.pathname) return;
  if (!fragment) return void location.assign(url);
  history.pushState({ console: true }, "", url.pathname + location.search);
  show(fragment);
};

/** Bring a message into view and give it the focus, which shows; earlier pages are loaded until it is there. */
const jump = async (id) => {
  while (!byId(id)) {
    const earlier = document.querySelector("#talk > .earlier [data-earlier]");
    if (!earlier) return;
    const settled = new Promise((resolve) => document.addEventListener("htmx:afterSettle", resolve, { once: true }));
    earlier.click();
    await settled;
  }
  const entry = byId(id);
  follows = false;
  entry.scrollIntoView({ block: "center" });
  entry.tabIndex = -1;
  entry.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const reference = event.target.closest("a[data-jump]");
  if (reference) {
    event.preventDefault();
    jump(`m-${reference.dataset.jump}`);
  }
  const link = event.target.closest("a[data-opens-conversation]");
  const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0;
  if (link && isPlain) {
    event.preventDefault();
    open(link.href);
  }
  if (event.target.closest("[data-shows-about]")) {
    const isShown = byId("console").classList.toggle("shows-about");
    for (const button of document.querySelectorAll(".about-button")) button.ariaExpanded = String(isShown);
  }
});
window.addEventListener("popstate", () => location.reload());

// Earlier messages come in above: what is being read stays where it is.
let heightBefore = 0;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.closest("#talk") && scroller()) heightBefore = scroller().scrollHeight - scroller().scrollTop;
});
document.addEventListener("htmx:afterSettle", () => {
  if (heightBefore && scroller()) scroller().scrollTop = scroller().scrollHeight - heightBefore;
  heightBefore = 0;
});
document.addEventListener("visibilitychange", () => current() && markRead());
window.addEventListener("focus", () => current() && markRead());

started();
