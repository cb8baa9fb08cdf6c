// What the browser keeps for us between pages.

/** Return the value of a cookie, empty when there is none. */
export const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
