// Files chosen for the next message: by button, paste or drop.

import { asKilobytes, asSize, word } from "./words.js";

const input = () => document.getElementById("attachments");
const limits = () => document.getElementById("composer-form").dataset;

/** Return the chosen files. */
export const chosenFiles = () => [...(input()?.files ?? [])];

const set = (files) => {
  const box = new DataTransfer();
  files.forEach((file) => box.items.add(file));
  input().files = box.files;
  list();
};

const endings = () => limits().fileEndings.split(" ");
// As the server reads a name: blanks and dots at its end hide nothing.
const endingOf = (name) => /\.([^.]*)$/.exec(name.replace(/[ .]+$/, ""))?.[1].trim().toLowerCase() ?? "";

const faultOf = (file) => {
  if (!endings().includes(endingOf(file.name))) return word("wrongKind", { name: file.name, endings: endings().map((each) => `.${each}`).join(", ") });
  const limit = Number(limits().fileLimit);
  if (file.size > limit) return word("tooLarge", { name: file.name, size: asKilobytes(file.size), limit: asKilobytes(limit) });
  return file.size ? "" : word("emptyFile", { name: file.name });
};

/** Add files that may be sent; return a sentence for each that may not. */
export const addFiles = (files) => {
  if (!input()) return [word("noFiles")];
  const most = Number(limits().filesLimit);
  const good = files.filter((file) => !faultOf(file));
  const all = [...kept, ...good];
  set(all.slice(0, most));
  const faults = files.map(faultOf).filter(Boolean);
  return all.length > most ? [...faults, word("tooMany", { count: most })] : faults;
};

/** Take all files away. */
export const clearFiles = () => input() && set([]);

// The input's own list is replaced by the browser at each choice; this is what was there before.
let kept = [];

const list = () => {
  kept = chosenFiles();
  const place = document.getElementById("chosen");
  place.replaceChildren(...kept.map(line));
  place.hidden = !kept.length;
};

const line = (file, at) => {
  const row = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { className: "cut", textContent: file.name, dir: "auto" });
  const size = Object.assign(document.createElement("span"), { className: "muted small numbers", textContent: asSize(file.size) });
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "✕" });
  remove.setAttribute("aria-label", word("remove", { name: file.name }));
  remove.addEventListener("click", () => {
    set(kept.filter((_each, other) => other !== at));
    document.getElementById("body").focus();
  });
  if (file.type.startsWith("image/")) row.append(thumbnail(file));
  row.append(name, size, remove);
  return row;
};

const thumbnail = (file) => {
  const image = Object.assign(document.createElement("img"), { alt: "", src: URL.createObjectURL(file) });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  return image;
};

/** Follow the choice of files in a composer that has just come onto the page. */
export const startFiles = (form, report) => {
  kept = [];
  const add = (files) => files.length && report(addFiles([...files]));
  input()?.addEventListener("change", () => add(input().files));
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  const thread = form.closest(".thread");
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  thread.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    // Taken even where nothing may be sent: the browser would leave the page to show the file.
    event.preventDefault();
    if (input()) thread.classList.add("dropping");
    else event.dataTransfer.dropEffect = "none";
  });
  thread.addEventListener("dragleave", (event) => thread.contains(event.relatedTarget) || thread.classList.remove("dropping"));
  thread.addEventListener("drop", (event) => {
    thread.classList.remove("dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (input()) add(event.dataTransfer.files);
  });
};
