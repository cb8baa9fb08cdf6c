// What every page does: theme, time zone, full times on hover, menus, dialogs, the narrow site map.

import { cookie } from "./cookie.js";
import { leaveLater } from "./toast.js";

const YEAR = 60 * 60 * 24 * 365;
const THEMES = ["", "light", "dark"];

const remember = (name, value) => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = value ? YEAR : 0;
  document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
};

/** Fill in the full timestamp of a time, in the viewer's language and zone. */
const explainTime = (event) => {
  const time = event.target.closest?.("time[datetime]");
  if (!time || time.title) return;
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  time.title = moment.toLocaleString(document.documentElement.lang || undefined, { dateStyle: "full", timeStyle: "long" });
};

const showTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    for (const label of button.querySelectorAll("[data-theme-label]")) label.hidden = label.dataset.themeLabel !== theme;
  }
};

const nextTheme = () => {
  const now = document.documentElement.dataset.theme ?? "";
  const next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  remember("theme", next);
  showTheme(next);
};

/** Tell the server the viewer's zone; show the page again when it was made for another one. */
const tellZone = () => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || cookie("time_zone") === zone) return;
  remember("time_zone", zone);
  if (cookie("time_zone") === zone && document.querySelector("time[datetime]")) location.replace(location.pathname + location.search);
};

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
};

const onClick = (event) => {
  const at = (selector) => event.target.closest(selector);
  closeMenus(at("details.menu"));
  if (at("[data-theme-switch]")) nextTheme();
  if (at("[data-dismiss]")) at(".toast, .notice")?.remove();
  if (at("[data-opens]")) document.getElementById(at("[data-opens]").dataset.opens)?.showModal();
  if (at("[data-closes]")) at("dialog")?.close();
  if (event.target.matches("dialog.dialog")) event.target.close();
  if (at(".map-toggle")) at(".map-toggle").ariaExpanded = String(at(".map-toggle").ariaExpanded !== "true");
};

const onKey = (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
};

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("pointerover", explainTime);
document.addEventListener("focusin", explainTime);
showTheme(document.documentElement.dataset.theme ?? "");
tellZone();
for (const box of document.querySelectorAll("#toasts .toast")) leaveLater(box);
