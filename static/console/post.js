// Small posts: a lost one costs nothing.

import { cookie } from "../portal/cookie.js";

/** Post values; return the answer, null where none came. */
export const ask = async (url, values, options = {}) => {
  const headers = { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true" };
  try {
    return await fetch(url, { method: "POST", headers, body: new URLSearchParams(values), credentials: "same-origin", ...options });
  } catch {
    return null;
  }
};

/** Post values whose answer nobody waits for; tell whether the server took them. */
export const post = async (url, values = {}) => (await ask(url, values, { keepalive: true }))?.ok ?? false;
