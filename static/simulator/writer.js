// The line at the foot of the phone: grows with its text, tells typing, sends on Enter, keeps what could not be sent.

import { send } from "./quiet.js";
import { refresh, toEnd } from "./refresh.js";

const form = document.querySelector(".writer");
const text = form.elements.text;
const files = form.elements.files;
const picked = form.querySelector(".picked");
let isTyping = false;
// Whatever is sent goes after what was told and sent before, as on a device.
let told = Promise.resolve();

const grow = () => {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
};

const tellTyping = (now) => {
  if (now === isTyping) return;
  isTyping = now;
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("typing", now ? "1" : "0");
  const tell = () => fetch(form.dataset.typing, { method: "POST", body: data, headers: { "X-Quiet": "1" } });
  told = told.then(tell).catch(() => (isTyping = !now));
};

const showPicked = () => {
  picked.replaceChildren(
    ...[...files.files].map((file) => Object.assign(document.createElement("li"), { className: "tag", textContent: file.name })),
  );
  picked.hidden = !files.files.length;
};

const empty = () => {
  form.reset();
  isTyping = false;
  grow();
  showPicked();
};

const onSubmit = async (event) => {
  event.preventDefault();
  if (!text.value.trim() && !files.files.length) return;
  const data = new FormData(form);
  const written = text.value;
  const chosen = files.files;
  empty();
  const sending = told.then(() => send(form, data));
  told = sending;
  if (await sending) {
    await refresh();
    return toEnd();
  }
  text.value = [written, text.value].filter(Boolean).join("\n");
  if (!files.files.length) files.files = chosen;
  grow();
  showPicked();
};

const onKey = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
};

form.addEventListener("submit", onSubmit);
text.addEventListener("keydown", onKey);
text.addEventListener("input", () => {
  grow();
  tellTyping(text.value.trim() !== "");
});
files.addEventListener("change", showPicked);
