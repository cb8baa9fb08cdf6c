// Sentences for people, translated by the server.

/** Return a sentence with its {placeholders} filled. */
export const word = (name, values = {}) => {
  const text = document.getElementById("words").dataset[name];
  return text.replace(/\{(\w+)\}/g, (_whole, key) => values[key] ?? "");
};

/** Return a file size as people read it. */
export const asSize = (bytes) => {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), units.length - 1);
  const shown = { style: "unit", unit: units[power], unitDisplay: power ? "short" : "long", maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, shown).format(bytes / 1024 ** power);
};

/** Return a size in whole kilobytes, begun ones counted: what is over a limit never reads as if it kept it. */
export const asKilobytes = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte" }).format(Math.ceil(bytes / 1024));
