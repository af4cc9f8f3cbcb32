// The only store of the review page. Parts hear and send events on #review; none calls another.
import { command, emit, on } from "./events.js";

export * from "./events.js";
export const data = JSON.parse(document.getElementById("review-data").textContent);
export const fields = new Map(data.fields.map((field) => [field.key, field]));
export const waiting = { count: 0, keys: new Map() }; // changes that the server does not have yet
export const chosen = { key: null, row: null, column: null };
const undo = [];

export const may = (what) => data.permissions.includes(what);

const URGENT = ["wrong", "missing", "look"];
const rank = (key) => URGENT.indexOf(fields.get(key).state);

export const inOrder = () => data.groups.flatMap((group) => group.fields);
const isOpen = (key) => fields.get(key).open && !fields.get(key).settled;

// The fields still open: group by group, and within a group wrong, missing, look.
export const openKeys = () => data.groups.flatMap((group) => group.fields.filter(isOpen).sort((a, b) => rank(a) - rank(b)));

// Enter goes here: the next open field behind `key`, its own group first; null when nothing is open.
export function nextOpen(key, step = 1) {
  const all = inOrder();
  const open = openKeys().filter((each) => each !== key);
  const mates = data.groups.find((group) => group.fields.includes(key))?.fields || [];
  const behind = (each) => all.indexOf(each) > all.indexOf(key);
  if (step < 0) return open.findLast((each) => !behind(each)) || open.at(-1) || null;
  return open.find((each) => behind(each) || mates.includes(each)) || open[0] || null;
}

// Takes what the server answered: a version, and each field and line whose state changed.
export function adopt(answer) {
  data.document.version = answer.version ?? data.document.version;
  for (const field of answer.fields || []) {
    // What was typed since then is still on its way and stays.
    const mine = waiting.keys.has(field.key) ? { shown: fields.get(field.key).shown, settled: true } : {};
    fields.set(field.key, { ...field, ...mine });
  }
  if (answer.reasons) data.reasons = answer.reasons;
  if (answer.lines) data.lines = answer.lines;
  emit("df:fields", { keys: (answer.fields || []).map((field) => field.key), lines: Boolean(answer.lines) });
}

on("df:select", ({ key = null, row = null, column = null }) => Object.assign(chosen, { key, row, column }));

on("df:change", ({ key, patch, quiet }) => {
  const field = fields.get(key);
  if (!field) return;
  if (!quiet && "value" in patch) undo.push({ key, patch: { value: field.shown } });
  field.before = field.shown;
  field.shown = patch.value ?? field.shown;
  field.settled = true; // the server decides the state; until it has, Enter does not come back here
});

on("df:take", ({ key, candidate }) => emit("df:change", { key, patch: { candidate } }));

command("undo", () => {
  const last = undo.pop();
  if (!last) return;
  emit("df:change", { ...last, quiet: true });
  emit("df:fields", { keys: [last.key] });
  emit("df:select", { key: last.key, focus: true });
});
