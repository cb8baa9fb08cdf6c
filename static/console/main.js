// The agent's console: ties the parts together and answers for requests that fail.

import "./keys.js";
import "./live.js";
import { cookie } from "../portal/cookie.js";
import { toast } from "../portal/toast.js";
import { refreshList } from "./list.js";
import { open, refreshThread } from "./thread.js";
import { refreshTimes } from "./times.js";
import { word } from "./words.js";

// The token is read at each request: signing in again in another tab replaces it.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = cookie("csrftoken");
  delete detail.parameters.csrfmiddlewaretoken;
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.requestConfig.verb !== "post") return;
  if (detail.successful && target.dataset.thenOpen) open(target.dataset.thenOpen);
  if (target.matches("[data-closes-on-success]")) target.closest("dialog").close();
  refreshList();
  refreshThread();
});

// The composer and the rich message tell of their own faults, at the form.
const tellsItself = (target) => target.matches("#composer-form, #rich-form");

document.addEventListener("htmx:sendError", ({ target }) => tellsItself(target) || toast(word("notReached"), "bad"));
document.addEventListener("htmx:responseError", ({ target, detail }) => {
  const { status } = detail.xhr;
  if (tellsItself(target) || status === 401 || status === 409) return;
  toast(status === 403 ? word("oldPage") : word("failed", { status }), "bad");
});

refreshTimes();
