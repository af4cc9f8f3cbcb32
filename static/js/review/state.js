// The only store of the review page. Parts hear and send events on #review; none calls another.
export const root = document.getElementById("review");
export const data = JSON.parse(document.getElementById("review-data").textContent);
export const fields = new Map(data.fields.map((field) => [field.key, field]));
export const waiting = { count: 0 }; // changes that the server does not have yet
export const chosen = { key: null, row: null, column: null };
const undo = [];

export const emit = (name, detail = {}) => root.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, act) => root.addEventListener(name, (event) => act(event.detail, event));
export const may = (what) => data.permissions.includes(what);

// A command is a button with data-command, wherever it stands; keys press the same buttons.
export function command(name, act) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest(`[data-command="${name}"]`);
    if (!button) return;
    event.preventDefault();
    act(button);
  });
}

const URGENT = ["wrong", "missing", "look"];
const rank = (key) => URGENT.indexOf(fields.get(key).state);

export const inOrder = () => data.groups.flatMap((group) => group.fields);
const isOpen = (key) => fields.get(key).open && !fields.get(key).settled;

// The fields still open: group by group, and within a group wrong, missing, look.
export const openKeys = () => data.groups.flatMap((group) => group.fields.filter(isOpen).sort((a, b) => rank(a) - rank(b)));

// Enter goes here: the next open field behind `key`, or the first of all, or null when nothing is open.
export function nextOpen(key, step = 1) {
  const all = inOrder();
  const open = openKeys();
  if (!open.length) return null;
  const at = all.indexOf(key);
  const group = data.groups.find((each) => each.fields.includes(key));
  if (step > 0) {
    const rest = open.filter((each) => all.indexOf(each) > at || group?.fields.includes(each));
    return rest.find((each) => each !== key) || open.find((each) => each !== key) || null;
  }
  return [...open].reverse().find((each) => all.indexOf(each) < at) || open.at(-1);
}

function adoptLines(lines) {
  if (lines) data.lines = lines;
}

// Takes what the server answered: a version, and each field and line whose state changed.
export function adopt(answer) {
  data.document.version = answer.version ?? data.document.version;
  for (const field of answer.fields || []) fields.set(field.key, field);
  if (answer.status) data.document.status = answer.status;
  if (answer.reasons) data.reasons = answer.reasons;
  adoptLines(answer.lines);
  emit("df:fields", { keys: (answer.fields || []).map((field) => field.key), lines: Boolean(answer.lines), version: data.document.version });
}

on("df:select", ({ key = null, row = null, column = null }) => Object.assign(chosen, { key, row, column }));

on("df:change", ({ key, patch, quiet }) => {
  const field = fields.get(key);
  if (!field) return;
  if (!quiet && "value" in patch) undo.push({ key, value: field.shown });
  if ("value" in patch) field.shown = patch.value;
  field.settled = true; // the server decides the state; until it has, Enter does not come back here
});

on("df:take", ({ key, candidate }) => emit("df:change", { key, patch: { candidate } }));

command("undo", () => {
  const last = undo.pop();
  if (!last) return;
  emit("df:change", { key: last.key, patch: { value: last.value }, quiet: true });
  emit("df:fields", { keys: [last.key], version: data.document.version });
  emit("df:select", { key: last.key, focus: true });
});
