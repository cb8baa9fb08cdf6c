// Where the entries of a list stand after an act, and so what their fields are called.

/** Return where an entry of a list stands after an act on the one at ``from``, which ended at ``to``. */
const placeAfter = (way, at, from, to) => {
  if (way === "duplicate") return at > from ? at + 1 : at;
  if (way === "remove") return at > from ? at - 1 : at;
  if (at === from) return to;
  if (from < at && at <= to) return at - 1;
  return to <= at && at < from ? at + 1 : at;
};

/** Return what a field is called after an act; of an entry that was removed, nothing. */
export const renamed = (name, act, endedAt) => {
  const [, way, list, from] = act.match(/^(up|down|move|remove|duplicate):(.+\.)(\d+)/) ?? [];
  const [, at, inside] = (way && name.startsWith(list) && name.slice(list.length).match(/^(\d+)(.*)$/)) || [];
  if (!at) return name;
  if (way === "remove" && at === from) return "";
  return list + placeAfter(way, Number(at), Number(from), Number(endedAt.split(".").at(-1))) + inside;
};
