// Unsent text, kept for each conversation in this tab until it is sent.

const read = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(`draft:${name}`));
  } catch {
    return null;
  }
};

/** Return {text, key} of a draft, null when there is none. */
export const draftOf = (name) => read(name);

/** Keep a draft; tell whether that was possible. */
export const keepDraft = (name, text, key) => {
  try {
    if (text) sessionStorage.setItem(`draft:${name}`, JSON.stringify({ text, key }));
    else sessionStorage.removeItem(`draft:${name}`);
    return true;
  } catch {
    return false;
  }
};

/** Return a key under which a message is sent at most once. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
