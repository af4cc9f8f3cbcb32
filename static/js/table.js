// Lists: one Tab stop for the rows, arrows move, Space selects, Shift extends, Enter opens, Esc clears; bulk bar.
import { say, strings, typing } from "./base.js";

function wire(table) {
  const rows = () => [...table.tBodies[0].rows];
  const bar = document.getElementById(table.dataset.bulk);
  const boxes = () => [...table.querySelectorAll("tbody input[name=document]")];
  const all = table.querySelector("[data-all]");
  let anchor = 0;

  function show() {
    const ticked = boxes().filter((box) => box.checked).length;
    for (const box of boxes()) box.closest("tr").classList.toggle("selected", box.checked);
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    if (!bar) return;
    bar.hidden = ticked === 0;
    const words = strings.selected.replace("{n}", ticked);
    bar.querySelector("[data-count]").textContent = words;
    say(ticked ? words : "");
  }

  function go(index) {
    const list = rows();
    const row = list[Math.max(0, Math.min(list.length - 1, index))];
    if (!row) return;
    for (const each of list) each.tabIndex = each === row ? 0 : -1;
    row.focus();
  }

  function tick(from, to, value) {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    rows().slice(low, high + 1).forEach((row) => {
      const box = row.querySelector("input[name=document]");
      if (box) box.checked = value;
    });
    show();
  }

  rows().forEach((row, index) => { row.tabIndex = index ? -1 : 0; });
  table.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    show();
  });
  table.addEventListener("keydown", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || typing(event.target)) return;
    const at = rows().indexOf(row);
    const onRow = event.target === row;
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows().length - 1 };
    if (event.key in steps) {
      if (!event.shiftKey) anchor = steps[event.key];
      go(steps[event.key]);
      if (event.shiftKey) tick(anchor, Math.max(0, Math.min(rows().length - 1, steps[event.key])), true);
    } else if (event.key === " " && onRow) {
      const box = row.querySelector("input[name=document]");
      anchor = at;
      if (box) tick(at, at, !box.checked);
    } else if (event.key === "Enter" && onRow) {
      row.querySelector("a[href]")?.click();
    } else if (event.key === "Escape") {
      tick(0, rows().length - 1, false);
    } else return;
    event.preventDefault();
  });
  show();
}

for (const table of document.querySelectorAll("table[data-rows]")) wire(table);
