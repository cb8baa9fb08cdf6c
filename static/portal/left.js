// A page that is loaded again at once may be older than what was saved behind the one before it.

const KEY = `left:${location.pathname}`;
const FIRST_PAUSE = 100;
const TRIES = 6;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const isEntry = ([name]) => !name.startsWith("_") && name !== "csrfmiddlewaretoken";
const entriesOf = (form) => String(new URLSearchParams([...new FormData(form)].filter(isEntry)));

const entriesNow = async (form) => {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return answer.ok ? entriesOf(page.getElementById(form.id)) : "";
};

/** Note, while the page goes, what is saved behind it. */
export const noteLeft = (form) => sessionStorage.setItem(KEY, entriesOf(form));

/** Load the page again once it holds what was saved behind the one before it, unless somebody has begun to type. */
export const catchUp = async (form, isTouched) => {
  const left = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const shown = entriesOf(form);
  if (left === null || left === shown) return;
  for (let tries = 0; tries < TRIES; tries++) {
    await pause(FIRST_PAUSE * 2 ** tries);
    const now = await entriesNow(form).catch(() => "");
    if (isTouched()) return;
    if (now && now !== shown) return location.reload();
  }
};
