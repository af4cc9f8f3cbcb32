// Line items: the server's table of inputs becomes a grid with one Tab stop, a moving and an editing mode, and a running sum.
import { copyOf, say, strings } from "../base.js";
import { chosen, command, data, emit, may, on, root } from "./state.js";

const part = root.querySelector(".lines");
const table = part?.querySelector("table");
const body = table?.tBodies[0];
let editing = null; // the input being edited, with what stood in it

const columns = () => data.lines.columns;
const inputs = () => [...body.rows].map((row) => [...row.querySelectorAll(".input")]);
const rowId = (input) => Number(input.closest("tr").dataset.row);
const columnOf = (input) => input.closest("td").dataset.column;

function position(input) {
  const grid = inputs();
  const y = grid.findIndex((row) => row.includes(input));
  return [y, grid[y]?.indexOf(input) ?? -1];
}

function focusAt(y, x) {
  const grid = inputs();
  const row = grid[Math.max(0, Math.min(grid.length - 1, y))];
  const input = row?.[Math.max(0, Math.min(row.length - 1, x))];
  if (!input) return null;
  for (const each of grid.flat()) each.tabIndex = each === input ? 0 : -1;
  input.focus();
  return input;
}

function begin(input, clear = false) {
  if (!may("edit") || editing?.input === input) return;
  editing = { input, before: input.value };
  input.readOnly = false;
  if (clear) input.value = "";
  else input.setSelectionRange(input.value.length, input.value.length);
}

function end(keep = true) {
  if (!editing) return;
  const { input, before } = editing;
  editing = null;
  input.readOnly = true;
  if (!keep) input.value = before;
  else if (input.value !== before) send([{ set: [rowId(input), columnOf(input), input.value] }]);
}

const send = (todo) => emit("df:change", { lines: todo });

function fill(row, item, index) {
  row.dataset.row = item.id;
  row.cells[0].firstElementChild.textContent = index + 1;
  row.classList.toggle("chosen", item.id === chosen.row);
  for (const cell of row.querySelectorAll("td[data-column]")) {
    const value = item.cells[cell.dataset.column] || { shown: "", state: "empty" };
    const input = cell.firstElementChild;
    cell.dataset.state = value.state;
    if (editing?.input !== input) input.value = value.shown;
    input.ariaLabel = `${cell.dataset.label}, ${strings.row.replace("{n}", index + 1)}`;
    input.title = value.raw || "";
  }
  const mark = row.querySelector(".row-mark");
  mark.hidden = !item.problem;
  mark.querySelector(".visually-hidden").textContent = item.problem || "";
  mark.title = item.problem || "";
}

function sum() {
  const { rows, sum: now } = data.lines;
  part.querySelector("[data-rows]").textContent = strings.rows.replace("{n}", rows.length);
  const said = part.querySelector(".sum");
  said.textContent = now?.said || "";
  said.classList.toggle("off", Boolean(now?.off));
  part.querySelector("[data-command=suspect]").hidden = !now?.suspect;
}

function show() {
  if (!data.lines) return;
  const { rows } = data.lines;
  while (body.rows.length > rows.length) body.rows[body.rows.length - 1].remove();
  while (body.rows.length < rows.length) body.append(ready(copyOf("line-row")));
  rows.forEach((item, index) => fill(body.rows[index], item, index));
  table.ariaRowCount = rows.length + 1;
  part.querySelector(".lines-frame").hidden = rows.length === 0;
  const stop = inputs().flat().find((input) => input.tabIndex === 0) || inputs()[0]?.[0];
  if (stop) stop.tabIndex = 0;
  sum();
}

function ready(row) {
  for (const input of row.querySelectorAll(".input")) {
    input.readOnly = true;
    input.tabIndex = -1;
  }
  for (const button of row.querySelectorAll("button")) button.tabIndex = -1;
  return row;
}

// Rows are named by their place, so they are numbered anew at once: what follows is meant for the new places.
function renumber(todo, y) {
  data.lines.rows.forEach((row, index) => { row.id = index + 1; });
  show();
  focusAt(y, 0) || part.querySelector("[data-command=row-add]").focus();
  send(todo);
}

function insert(y) {
  data.lines.rows.splice(y, 0, { cells: {}, problem: "" });
  renumber([{ insert: y }], y);
}

function remove(y) {
  data.lines.rows.splice(y, 1);
  say(strings.rowRemoved.replace("{n}", y + 1));
  renumber([{ remove: y + 1 }], Math.max(0, y - 1));
}

function move(event, input) {
  const [y, x] = position(input);
  const last = [inputs().length - 1, columns().length - 1];
  const steps = {
    ArrowDown: [y + 1, x], ArrowUp: [y - 1, x], ArrowRight: [y, x + 1], ArrowLeft: [y, x - 1],
    Home: [event.ctrlKey ? 0 : y, 0], End: [event.ctrlKey ? last[0] : y, last[1]], PageDown: [y + 10, x], PageUp: [y - 10, x],
  };
  if (event.altKey && event.key === "Enter") insert(y + 1);
  else if (event.altKey && event.key === "Delete") remove(y);
  else if (event.altKey) return; // a chord of the page
  else if (event.key in steps) focusAt(...steps[event.key]);
  else if (event.ctrlKey || event.metaKey) return;
  else if (event.key === "Enter" || event.key === "F2") begin(input);
  else if (event.key === "Delete" && may("edit")) send([{ set: [rowId(input), columnOf(input), ""] }]);
  else if (event.key === "Escape") part.querySelector("[data-command=row-add]")?.focus();
  else {
    if (event.key.length === 1) begin(input, true); // the character itself goes into the emptied cell
    return;
  }
  event.preventDefault();
}

function edit(event, input) {
  const [y, x] = position(input);
  const wide = columns().length;
  if (event.key === "Escape") end(false);
  else if (event.key === "Enter" && !event.altKey && !event.ctrlKey) {
    end();
    const below = focusAt(y + 1, x);
    if (below && below !== input) begin(below);
  } else if (event.key === "Tab") {
    end();
    const to = y * wide + x + (event.shiftKey ? -1 : 1);
    const next = to < 0 || to >= inputs().length * wide ? null : focusAt(Math.floor(to / wide), to % wide);
    if (!next) return;
    begin(next);
  } else return;
  event.preventDefault();
}

function wire() {
  table.setAttribute("role", "grid");
  for (const row of body.rows) ready(row);
  table.addEventListener("focusin", (event) => {
    const input = event.target.closest(".input");
    if (!input) return;
    for (const each of inputs().flat()) each.tabIndex = each === input ? 0 : -1;
    emit("df:select", { row: rowId(input), column: columnOf(input) });
  });
  table.addEventListener("focusout", (event) => { if (event.target === editing?.input) end(); });
  table.addEventListener("dblclick", (event) => { if (event.target.matches(".input")) begin(event.target); });
  table.addEventListener("pointerup", (event) => { if (event.target.matches(".input") && event.pointerType !== "mouse") begin(event.target); });
  table.addEventListener("keydown", (event) => {
    if (!event.target.matches(".input")) return;
    if (editing) edit(event, event.target);
    else move(event, event.target);
  });
  on("df:fields", (detail) => {
    if (detail.lines) show();
  });
  on("df:select", ({ row }) => { for (const each of body.rows) each.classList.toggle("chosen", row !== null && Number(each.dataset.row) === row); });
  command("row-add", () => insert(data.lines.rows.length));
  command("row-remove", (button) => remove(rowId(button) - 1));
  command("suspect", () => focusAt(data.lines.rows.findIndex((each) => each.id === data.lines.sum.suspect), columns().length - 1));
  let back = null;
  command("lines", () => {
    if (part.contains(document.activeElement)) return (back || root.querySelector(".field .input"))?.focus();
    back = document.activeElement;
    root.dataset.view = innerWidth < 640 ? "lines" : root.dataset.view;
    return focusAt(0, 0) || part.querySelector("[data-command=row-add]")?.focus();
  });
  show();
}

if (table && data.lines) wire();
