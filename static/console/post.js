// Small posts whose answer nobody waits for: a lost one costs nothing.

import { cookie } from "../portal/cookie.js";

/** Post values; tell whether the server took them. */
export const post = async (url, values = {}) => {
  const headers = { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true" };
  try {
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(values), credentials: "same-origin", keepalive: true });
    return answer.ok;
  } catch {
    return false;
  }
};
