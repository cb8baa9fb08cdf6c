// Sends small forms in the background and says what went wrong.

import { toast } from "../portal/toast.js";
import { refresh } from "./refresh.js";

/** Send a form; resolves to whether the server took it. */
export const send = async (form, data) => {
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Quiet": "1" } });
    if (answer.ok) return true;
    toast(answer.status === 409 ? await answer.text() : document.getElementById("main").dataset.failed, "bad");
  } catch {
    toast(document.getElementById("main").dataset.failed, "bad");
  }
  return false;
};

const onSubmit = async (event) => {
  const form = event.target.closest("form[data-quiet]");
  if (!form || form.matches(".writer")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  form.closest("dialog")?.close();
  form.closest("[popover]")?.hidePopover();
  await send(form, data);
  if (!("keeps" in form.dataset)) form.reset();
  await refresh();
};

document.addEventListener("submit", onSubmit);
