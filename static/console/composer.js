// Writing an answer: growing field, draft, checks before sending, progress, and telling the customer that one types.

import { toast } from "../portal/toast.js";
import { chosenFiles, clearFiles, startFiles } from "./chosen_files.js";
import { draftOf, keepDraft, newKey } from "./drafts.js";
import { startEmoji } from "./emoji.js";
import { post } from "./post.js";
import { startRich } from "./rich.js";
import { asKilobytes, word } from "./words.js";

const LINES = 8;
const TYPING_AGAIN = 20_000;
const TYPING_IDLE = 10_000;
const byId = (id) => document.getElementById(id);

let form = null;
let sent = "";
// Text of a try that got no answer: the same text keeps its key, another text is another message.
let unanswered = null;
// Where the messages end that were sent while another is on its way; they follow it one by one.
let ends = [];
let typing = { since: 0, idle: 0 };

const body = () => byId("body");
const key = () => form.elements.client_key;

const grow = () => {
  const field = body();
  field.style.height = "auto";
  const line = Number.parseFloat(getComputedStyle(field).lineHeight);
  const edges = field.offsetHeight - field.clientHeight + Number.parseFloat(getComputedStyle(field).paddingBlockStart) * 2;
  field.style.height = `${Math.min(field.scrollHeight + field.offsetHeight - field.clientHeight, line * LINES + edges)}px`;
};

const keep = () => {
  const isKept = keepDraft(form.dataset.draft, body().value, key().value);
  byId("draft-note").textContent = body().value && isKept ? word("draftSaved") : "";
};

let pause;
const keepSoon = () => {
  byId("draft-note").textContent = "";
  clearTimeout(pause);
  pause = setTimeout(keep, 400);
};

const report = (faults) => {
  byId("composer-faults").replaceChildren(...faults.map(notice));
};

const notice = (fault) => {
  const box = Object.assign(document.createElement("div"), { className: "notice bad" });
  box.append(Object.assign(document.createElement("p"), { textContent: fault }));
  return box;
};

const faults = () => {
  const [size, limit] = [new TextEncoder().encode(body().value).length, Number(form.dataset.textLimit)];
  return size > limit ? [word("tooLong", { size: asKilobytes(size), limit: asKilobytes(limit) })] : [];
};

const tellTyping = (isTyping) => {
  const isMine = byId("thread-header").dataset.mode === "mine";
  if (isMine) post(form.dataset.typingUrl, { is_typing: isTyping ? "on" : "off" });
};

const stopTyping = () => {
  clearTimeout(typing.idle);
  if (typing.since) tellTyping(false);
  typing.since = 0;
};

const noteTyping = () => {
  if (!body().value.trim()) return stopTyping();
  clearTimeout(typing.idle);
  typing.idle = setTimeout(stopTyping, TYPING_IDLE);
  if (Date.now() - typing.since < TYPING_AGAIN) return;
  typing.since = Date.now();
  tellTyping(true);
};

const onInput = () => {
  if (unanswered !== null && body().value !== unanswered) {
    key().value = newKey();
    unanswered = null;
  }
  grow();
  keepSoon();
  noteTyping();
};

const onKey = (event) => {
  // 229 is how Safari tells of an Enter that ends the composition of a character.
  const composes = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || event.altKey || composes) return;
  event.preventDefault();
  form.requestSubmit();
};

const isSending = () => byId("send-button").hasAttribute("aria-busy");

const sendLater = () => {
  const from = ends.at(-1) ?? sent.length;
  if (body().value.slice(from).trim()) ends.push(body().value.length);
};

const sendNext = () => {
  const end = ends.shift();
  if (!end || isSending()) return;
  const all = body().value;
  body().value = all.slice(0, end);
  form.requestSubmit();
  body().value = all;
  grow();
};

const onSubmit = (event) => {
  if (!event.target.matches("#composer-form")) return;
  if (isSending()) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return sendLater();
  }
  const found = faults();
  const isEmpty = !body().value.trim() && !chosenFiles().length;
  if (!found.length && !isEmpty) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ends = [];
  report(found);
  body().focus();
};

let progressPause;
const onStart = () => {
  sent = form.dataset.sent = body().value;
  byId("send-button").setAttribute("aria-busy", "true");
  clearTimeout(pause);
  keep();
  progressPause = setTimeout(() => (byId("upload").hidden = false), 1000);
};

const onProgress = ({ detail }) => {
  if (detail.lengthComputable) byId("upload").value = detail.loaded / detail.total;
};

const onEnd = ({ detail }) => {
  clearTimeout(progressPause);
  byId("upload").hidden = true;
  byId("upload").value = 0;
  byId("send-button").removeAttribute("aria-busy");
  if (detail.successful) finish();
  else onFailure(detail.xhr.status);
};

// A conflict's reason comes with the answer and stands at the form already.
const onFailure = (status) => {
  ends = [];
  if (!status) unanswered = sent;
  if (status === 409) return;
  report([status === 403 ? word("oldPage") : status ? word("failed", { status }) : word("notReached")]);
};

/** Return what was written behind a text that is sent by now. */
const after = (sentText, text) => (text.startsWith(sentText) ? text.slice(sentText.length) : text);

const finish = () => {
  const text = body().value;
  ends = text.startsWith(sent) ? ends.map((end) => end - sent.length) : [];
  body().value = after(sent, text);
  key().value = newKey();
  unanswered = null;
  clearFiles();
  report([]);
  grow();
  clearTimeout(pause);
  keep();
  stopTyping();
  body().focus();
  // Not before the one that was sent counts as over.
  setTimeout(sendNext);
};

const isOwn = (handler) => (event) => event.target === form && handler(event);

/** Show where the composer was what had been written there and not sent. */
const showUnsent = () => {
  const box = byId("unsent");
  if (!box) return;
  const draft = draftOf(box.dataset.draft);
  box.hidden = !draft;
  byId("unsent-text").value = draft?.text ?? "";
};

const restore = () => {
  const draft = draftOf(form.dataset.draft);
  if (!draft || body().value) return;
  body().value = draft.text;
  key().value = draft.key;
  unanswered = draft.text;
  byId("draft-note").textContent = word("draftSaved");
};

/** Put away a composer that has left the page: what was not sent is there when the agent comes back. */
const leave = () => {
  clearTimeout(pause);
  clearTimeout(progressPause);
  clearTimeout(typing.idle);
  if (typing.since) post(form.dataset.typingUrl, { is_typing: "off" });
  keepDraft(form.dataset.draft, form.elements.namedItem("body").value, key().value);
};

// The composer may have left the page while its message was on its way: sent, it is no draft any more.
const onLateEnd = (left, { detail }) => {
  const rest = after(left.dataset.sent, left.elements.namedItem("body").value);
  if (detail.successful) keepDraft(left.dataset.draft, rest, rest && newKey());
  else toast(word("leftUnsent", { name: left.dataset.name }), "bad");
  showUnsent();
};

/** Wake a composer that has come onto the page; one that is awake stays as it is. */
export const startComposer = () => {
  const found = byId("composer-form");
  if (found === form) return showUnsent();
  if (form) leave();
  form = found;
  showUnsent();
  typing = { since: 0, idle: 0 };
  unanswered = null;
  ends = [];
  if (!form) return;
  restore();
  grow();
  // First: what calls for a rich message is no part of the text.
  startRich(body());
  body().addEventListener("input", onInput);
  body().addEventListener("keydown", onKey);
  // Heard at the form itself: what a form tells that has left the page reaches no document.
  found.addEventListener("htmx:afterRequest", (event) => (found === form ? onEnd(event) : onLateEnd(found, event)));
  startFiles(form, report);
  startEmoji(body());
};

document.addEventListener("submit", onSubmit, { capture: true });
document.addEventListener("htmx:beforeSend", isOwn(onStart));
document.addEventListener("htmx:xhr:progress", isOwn(onProgress));
document.addEventListener("click", ({ target }) => {
  if (!target.closest("#unsent-discard")) return;
  keepDraft(byId("unsent").dataset.draft, "", "");
  showUnsent();
});
window.addEventListener("pagehide", () => form && keepDraft(form.dataset.draft, body().value, key().value));
