// Times that grow old on the page: "now", "4 min", 14:02, Tue, 3 Mar.

import { word } from "./words.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const language = document.documentElement.lang || undefined;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const inUnit = (unit, amount) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(amount);

const asDuration = (milliseconds) => {
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 60) return inUnit("minute", minutes);
  return minutes < 48 * 60 ? inUnit("hour", Math.floor(minutes / 60)) : inUnit("day", Math.floor(minutes / 1440));
};

const asAge = (moment, kind) => {
  const age = Date.now() - moment;
  if (age < MINUTE) return word("now");
  if (kind === "wait" || age < 30 * MINUTE) return asDuration(age);
  if (moment.toDateString() === new Date().toDateString()) return clock.format(moment);
  return age < 6 * DAY ? weekday.format(moment) : day.format(moment);
};

const asWait = (element) => {
  const seconds = Math.round((new Date(element.dataset.secondsTo) - new Date(element.dataset.secondsFrom)) / 1000);
  return seconds < 60 ? inUnit("second", seconds) : asDuration(seconds * 1000);
};

const hideWhenOver = (element) => {
  if (new Date(element.dataset.until) <= Date.now()) element.hidden = true;
};

/** Bring every such time up to date. */
export const refreshTimes = () => {
  for (const time of document.querySelectorAll("time[data-age]")) time.textContent = asAge(new Date(time.dateTime), time.dataset.age);
  for (const wait of document.querySelectorAll("[data-seconds-from]")) wait.textContent = asWait(wait);
};

setInterval(refreshTimes, 15_000);
setInterval(() => document.querySelectorAll("[data-until]").forEach(hideWhenOver), 1000);
