// The form: one row for each field, in the server's markup; accept, type, restore, not on the document, clashes.
import { copyOf, icon, say, strings } from "../base.js";
import { command, data, emit, fields, may, nextOpen, on, openKeys, root } from "./state.js";

const rows = new Map([...root.querySelectorAll(".field[data-key]")].map((row) => [row.dataset.key, row]));
const timers = new Map();
const onEntry = new Map(); // what stood in an input when it took the focus
const inputOf = (key) => rows.get(key)?.querySelector(".input");
const keyOf = (target) => target.closest?.(".field[data-key]")?.dataset.key;

function change(key, patch) {
  clearTimeout(timers.get(key));
  timers.delete(key);
  emit("df:change", { key, patch });
}

const isTyped = (key) => inputOf(key) && inputOf(key).value !== fields.get(key).shown;

function store(key) {
  if (isTyped(key)) change(key, { value: inputOf(key).value });
}

function accept(key) {
  if (isTyped(key)) change(key, { value: inputOf(key).value });
  else if (fields.get(key).state !== "seen") change(key, { accept: true });
  onward(key);
}

function onward(key, step = 1) {
  const next = nextOpen(key, step);
  if (next) emit("df:select", { key: next, focus: true });
  else root.querySelector("[data-command=confirm]")?.focus();
}

function show(key) {
  const row = rows.get(key);
  const field = fields.get(key);
  if (!row) return;
  const input = inputOf(key);
  if (input && !(input === document.activeElement && timers.has(key))) {
    input.value = field.shown;
    onEntry.set(key, field.shown);
  }
  row.dataset.state = field.state;
  row.dataset.open = field.open;
  const state = row.querySelector(".state");
  const [word, symbol] = strings.states[field.state];
  state.dataset.state = field.state;
  state.querySelector(".word").textContent = field.checked && field.state === "seen" ? field.checked : word;
  state.querySelector("svg").toggleAttribute("hidden", !symbol);
  if (symbol) icon(state, symbol);
  row.querySelector(".confidence").textContent = field.confidence ?? "";
  row.querySelector("[data-command=accept]")?.toggleAttribute("hidden", !field.open);
  row.querySelector("[data-command=candidates]")?.toggleAttribute("hidden", !field.candidates.length);
  row.querySelector("[data-command=absent]")?.setAttribute("aria-pressed", field.state === "absent");
  row.querySelector(".read").textContent = field.read;
  row.querySelector(".learned")?.toggleAttribute("hidden", !field.learned);
  const errors = row.querySelector(".messages");
  errors.replaceChildren(...field.messages.map((each) => {
    const line = copyOf("field-message");
    line.lastElementChild.textContent = each.text;
    return line;
  }));
  input?.setAttribute("aria-invalid", field.state === "wrong");
}

function counts() {
  const open = openKeys();
  for (const group of data.groups) {
    const mark = root.querySelector(`[data-group="${group.key}"] .open-count`);
    const number = group.fields.filter((key) => open.includes(key)).length;
    mark.textContent = number ? strings.open.replace("{n}", number) : "";
  }
  for (const mark of root.querySelectorAll("[data-open-count]")) mark.textContent = open.length ? strings.open.replace("{n}", open.length) : "";
  return open.length;
}

on("df:flush", () => { for (const key of [...timers.keys()]) store(key); });

on("df:fields", ({ keys }) => {
  keys.forEach(show);
  const left = counts();
  if (keys.length) say(strings.open.replace("{n}", left));
  const reasons = root.querySelector(".why-here");
  if (!data.reasons.length) reasons.replaceChildren();
  root.querySelector(".reason-bar").classList.toggle("calm", !data.reasons.length);
});

on("df:select", ({ key, focus }) => {
  for (const [each, row] of rows) row.classList.toggle("chosen", each === key);
  const row = rows.get(key);
  if (!row) return;
  if (focus) {
    root.dataset.view = "fields";
    const target = inputOf(key) || row.querySelector("button");
    target.focus({ preventScroll: true });
    target.select?.();
  }
  requestAnimationFrame(() => row.scrollIntoView({ block: "nearest" })); // it has just grown
});

on("df:conflict", ({ key, mine, theirs, before, by }) => {
  const row = rows.get(key);
  if (!row) return;
  row.querySelector(".clash")?.remove();
  const strip = copyOf("clash");
  for (const [name, value] of Object.entries({ mine, theirs, before, by })) {
    const slot = strip.querySelector(`[data-slot=${name}]`);
    if (slot) slot.textContent = value || "–";
  }
  strip.querySelector("[data-keep]").addEventListener("click", () => { strip.remove(); change(key, { value: mine }); });
  strip.querySelector("[data-drop]").addEventListener("click", () => { strip.remove(); show(key); inputOf(key)?.focus(); });
  row.querySelector(".field-more").prepend(strip);
  say(strip.querySelector("p").textContent);
});

const form = root.querySelector(".form-side");
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("focusin", (event) => {
  const key = keyOf(event.target);
  if (!key) return;
  if (event.target.matches(".input")) onEntry.set(key, event.target.value);
  if (!rows.get(key).classList.contains("chosen")) emit("df:select", { key });
});
form.addEventListener("focusout", (event) => { if (timers.has(keyOf(event.target))) store(keyOf(event.target)); });
form.addEventListener("input", (event) => {
  const key = keyOf(event.target);
  if (!key) return;
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(store, 600, key));
});
form.addEventListener("keydown", (event) => {
  const key = keyOf(event.target);
  if (!key || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" && event.target.matches(".input") && !event.shiftKey) accept(key);
  else if (event.key === "Escape" && event.target.matches(".input")) {
    if (event.target.value !== onEntry.get(key)) {
      event.target.value = onEntry.get(key);
      change(key, { value: event.target.value });
    } else event.target.blur();
  } else return;
  event.preventDefault();
});

const byButton = (act) => (button) => act(keyOf(button));
if (may("edit")) {
  command("accept", byButton(accept));
  for (const word of ["absent", "unreadable"]) {
    command(word, byButton((key) => {
      const undone = fields.get(key).state === word;
      change(key, undone ? { restore: true } : { [word]: true });
      if (!undone) onward(key);
    }));
  }
}
command("next-open", () => onward(keyOf(document.activeElement)));
command("previous-open", () => onward(keyOf(document.activeElement), -1));
command("first-open", () => onward(null));
root.querySelector(".reason-bar").addEventListener("click", (event) => {
  const key = event.target.closest("a[data-key]")?.dataset.key;
  if (!key) return;
  event.preventDefault();
  emit("df:select", { key, focus: true });
});
counts();
