// The boxes of the values over each page: one Tab stop, arrows move among them in field order, Enter focuses the field.
import { strings } from "../base.js";
import { chosen, command, data, emit, fields, inOrder, on, root } from "./state.js";

const layerOf = (page) => root.querySelector(`#page-${page} svg.places`);
const sheets = root.querySelector(".sheets");
const MODES = ["all", "one", "none"];

function shape(name, box, spread, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  const [x0, top, x1, bottom] = box;
  const values = { x: x0 - spread, y: top - spread, width: x1 - x0 + 2 * spread, height: bottom - top + 2 * spread, ...attributes };
  for (const [each, value] of Object.entries(values)) made.setAttribute(each, value);
  return made;
}

function name(field, page) {
  const word = strings.states[field.state][0];
  return [field.label, field.shown, field.confidence, word, strings.page.replace("{n}", page)].filter((part) => part !== "" && part != null).join(", ");
}

function enhance(group) {
  group.setAttribute("role", "button");
  group.setAttribute("tabindex", "-1");
}

function draw(key) {
  for (const old of root.querySelectorAll(`.place[data-key="${CSS.escape(key)}"]`)) old.remove();
  const field = fields.get(key);
  for (const place of field.places) {
    const group = document.createElementNS("http://www.w3.org/2000/svg", "a");
    for (const [each, value] of Object.entries({ class: "place", href: `#value-${key}`, "data-key": key, "data-state": field.state, "aria-label": name(field, place.page) })) group.setAttribute(each, value);
    group.append(shape("rect", place.box, 2, { class: "halo" }), shape("rect", place.box, 2, { class: "edge" }));
    enhance(group);
    layerOf(place.page)?.append(group);
  }
}

function mark() {
  for (const place of root.querySelectorAll(".place[data-key]")) place.classList.toggle("chosen", place.dataset.key === chosen.key);
}

function tabStop() {
  const all = [...root.querySelectorAll(".place[data-key]")];
  const stop = all.find((place) => place.dataset.key === chosen.key) || all[0];
  for (const place of all) place.setAttribute("tabindex", place === stop ? "0" : "-1");
}

function rowBox() {
  for (const old of root.querySelectorAll(".place.row, .place.proposed")) old.remove();
  const row = data.lines?.rows.find((each) => each.id === chosen.row);
  for (const cell of Object.values(row?.cells || {})) {
    for (const place of cell.places) {
      const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
      group.setAttribute("class", `place row${cell === row.cells[chosen.column] ? " chosen" : ""}`);
      group.append(shape("rect", place.box, 1, { class: "halo" }), shape("rect", place.box, 1, { class: "edge" }));
      layerOf(place.page)?.append(group);
    }
  }
}

on("df:fields", ({ keys }) => { keys.forEach(draw); mark(); tabStop(); rowBox(); });
on("df:select", () => { mark(); tabStop(); rowBox(); });
on("df:propose", ({ page, box }) => {
  rowBox();
  if (!box) return;
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  group.setAttribute("class", "place proposed chosen");
  group.append(shape("rect", box, 2, { class: "edge" }));
  layerOf(page)?.append(group);
});

sheets.addEventListener("click", (event) => {
  const place = event.target.closest(".place[data-key]");
  if (!place) return;
  event.preventDefault();
  emit("df:select", { key: place.dataset.key, focus: true });
});
sheets.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const key = event.target.closest(".place[data-key]")?.dataset.key;
  if (!key || event.altKey || event.ctrlKey) return;
  if (event.key === "Enter" || event.key === " ") emit("df:select", { key, focus: true });
  else if (event.key in steps) {
    const placed = inOrder().filter((each) => fields.get(each).places.length);
    const next = placed.at((placed.indexOf(key) + steps[event.key]) % placed.length);
    emit("df:select", { key: next });
    root.querySelector(`.place[data-key="${CSS.escape(next)}"]`)?.focus();
  } else return;
  event.preventDefault();
});
command("boxes", (button) => {
  const mode = MODES[(MODES.indexOf(sheets.dataset.boxes || "all") + 1) % MODES.length];
  sheets.dataset.boxes = mode;
  button.querySelector(".word").textContent = strings.boxes[mode];
});

root.querySelectorAll(".place").forEach(enhance);
tabStop();
