// Small posts whose answer nobody waits for: a lost one costs nothing.

/** Return the value of a cookie, empty when there is none. */
export const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

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
