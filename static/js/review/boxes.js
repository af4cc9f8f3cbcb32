// The boxes of the values over each page: one Tab stop, arrows move among them in field order, Enter focuses the field.
import { strings } from "../base.js";
import { chosen, command, data, emit, fields, inOrder, on, root } from "./state.js";
import { put } from "./svg.js";

const sheets = root.querySelector(".sheets");
const MODES = ["all", "one", "none"];
const every = (what) => [...root.querySelectorAll(`.place${what}`)];
const ofKey = (key) => every(`[data-key="${CSS.escape(key)}"]`);

function draw(key) {
  for (const old of ofKey(key)) old.remove();
  const field = fields.get(key);
  const parts = (page) => [field.label, field.shown, field.confidence, strings.states[field.state][0], strings.page.replace("{n}", page)];
  for (const place of field.places) {
    const label = parts(place.page).filter((part) => part !== "" && part !== null).join(", ");
    put(place, "", { href: `#value-${key}`, "data-key": key, "data-state": field.state, "aria-label": label, role: "button" });
  }
}

function mark() {
  const all = every("[data-key]");
  for (const place of all) place.classList.toggle("chosen", place.dataset.key === chosen.key);
  const stop = all.find((place) => place.dataset.key === chosen.key) || all[0];
  for (const place of all) place.setAttribute("tabindex", place === stop ? "0" : "-1");
  for (const old of every(":is(.row, .proposed)")) old.remove();
  const row = data.lines?.rows.find((each) => each.id === chosen.row);
  for (const [column, cell] of Object.entries(row?.cells || {})) {
    for (const place of cell.places) put(place, column === chosen.column ? "row chosen" : "row");
  }
}

on("df:fields", ({ keys }) => { keys.forEach(draw); mark(); });
on("df:select", mark);
on("df:propose", ({ page, box }) => {
  mark();
  if (box) put({ page, box }, "proposed chosen");
});

sheets.addEventListener("click", (event) => {
  const place = event.target.closest(".place[data-key]");
  if (!place) return;
  event.preventDefault();
  emit("df:select", { key: place.dataset.key, focus: true });
});
sheets.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const key = event.target.closest(".place[data-key]")?.dataset.key;
  if (!key || event.altKey || event.ctrlKey) return;
  if (event.key === "Enter" || event.key === " ") emit("df:select", { key, focus: true });
  else if (step) {
    const placed = inOrder().filter((each) => fields.get(each).places.length);
    const next = placed.at((placed.indexOf(key) + step) % placed.length);
    emit("df:select", { key: next });
    ofKey(next)[0]?.focus();
  } else return;
  event.preventDefault();
});
command("boxes", (button) => {
  sheets.dataset.boxes = MODES[(MODES.indexOf(sheets.dataset.boxes) + 1) % MODES.length];
  button.querySelector(".word").textContent = strings.boxes[sheets.dataset.boxes];
});

for (const place of every("")) place.setAttribute("role", "button");
mark();
