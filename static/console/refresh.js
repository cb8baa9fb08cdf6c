// Fetches fragments and puts them on the page; the rows on the server are the truth, so everything looks again.

import { released } from "../portal/press.js";
import { sync } from "./morph.js";
import { refreshTimes } from "./times.js";

/** Run at once, and once more afterwards when asked meanwhile; never twice at a time. */
export const coalesced = (work, gap) => {
  let isRunning = false;
  let isAskedAgain = false;
  const run = async () => {
    if (isRunning) return void (isAskedAgain = true);
    isRunning = true;
    try {
      await work();
      await new Promise((resolve) => setTimeout(resolve, gap));
    } finally {
      isRunning = false;
    }
    if (!isAskedAgain) return;
    isAskedAgain = false;
    await run();
  };
  return run;
};

/** Return the elements of a fragment; null when it could not be had. */
export const fetchFragment = async (url) => {
  let answer;
  try {
    answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    return null;
  }
  // Signed out, or what the page shows was erased: the reloaded page says so.
  if (answer.status === 401 || answer.status === 404) location.reload();
  if (!answer.ok) return null;
  const shape = document.createElement("template");
  shape.innerHTML = await answer.text();
  await released();
  return shape.content;
};

/** Bring every live part of the page that a fragment holds up to date. */
export const apply = (fragment) => {
  for (const next of fragment.querySelectorAll("[data-live]")) {
    const now = document.getElementById(next.id);
    if (now) sync(now, next);
  }
  refreshTimes();
};
