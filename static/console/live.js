// Listens to what happens and looks again; says when it cannot.

import { onList, refreshList } from "./list.js";
import { current, refreshThread } from "./thread.js";
import { word } from "./words.js";

const RETRY = 3000;
const label = document.getElementById("live");
let source = null;
let wasDown = false;
let unreadBefore = Number(document.getElementById("list-rows").dataset.unread);

const tell = (state) => {
  label.dataset.state = state;
  label.querySelector(".live-word").textContent = word(state);
  label.title = state === "reconnecting" ? word("offline") : "";
};

const lookAtEverything = () => {
  refreshList();
  refreshThread();
};

const onConversation = (event) => {
  const happened = JSON.parse(event.data);
  refreshList();
  // A closed conversation may have got a successor, which its page then offers.
  if (happened.conversation === current() || document.querySelector(".composer-off")) refreshThread();
};

const onOpen = () => {
  tell("live");
  // The page may be older than the stream: what happened between the two shows in the rows.
  lookAtEverything();
  wasDown = false;
};

const onError = () => {
  wasDown = true;
  tell("reconnecting");
  if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY);
};

const connect = () => {
  source = new EventSource(document.getElementById("console").dataset.events);
  source.addEventListener("open", onOpen);
  source.addEventListener("error", onError);
  source.addEventListener("conversation", onConversation);
  source.addEventListener("reload", lookAtEverything);
  // A stream that was refused is answered by the list: a person who is signed out lands at the sign-in page.
  if (wasDown) refreshList();
};

const showTitle = (unread) => {
  const title = document.getElementById("workspace").dataset.title;
  document.title = unread ? `(${unread}) ${title}` : title;
};

const announce = (unread) => {
  if (unread > unreadBefore && !current()) document.getElementById("announcer").textContent = word("newElsewhere", { count: unread });
  unreadBefore = unread;
};

onList((unread) => {
  showTitle(unread);
  announce(unread);
});
showTitle(unreadBefore);
connect();
window.addEventListener("offline", () => tell("reconnecting"));
window.addEventListener("online", () => source.readyState === EventSource.OPEN && onOpen());
// A laptop that slept may have missed the end of its stream.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookAtEverything());
window.addEventListener("pagehide", () => source.close());
window.addEventListener("pageshow", (event) => event.persisted && connect());
