// The pages: zoom, turn, pan, moving from page to page.
import { say, strings } from "../base.js";
import { command, data, emit, fields, on, root } from "./state.js";

const sheets = root.querySelector(".sheets");
const all = [...sheets.querySelectorAll(".sheet")];
const shown = root.querySelector("[data-zoom]");
const PX = 96 / 72; // CSS pixels in a point
const turns = new Map();
let zoom = null; // null: as wide as the viewer
let current = 1;

const pageOf = (sheet) => data.pages[all.indexOf(sheet)];
const sheetOf = (number) => all[data.pages.findIndex((page) => page.number === number)];

function fitted() {
  const sheet = sheetOf(current) || all[0];
  return sheet ? sheet.clientWidth / (across(sheet) * PX) : 1;
}

const across = (sheet) => (turns.get(sheet) % 180 ? pageOf(sheet).height : pageOf(sheet).width);

function apply(next, at) {
  const before = zoom ?? fitted();
  const [x, y] = at || [sheets.clientWidth / 2, sheets.clientHeight / 2];
  const [left, top] = [sheets.scrollLeft + x, sheets.scrollTop + y];
  zoom = next === null ? null : Math.max(0.25, Math.min(4, next));
  for (const sheet of all) {
    sheet.classList.toggle("sized", zoom !== null);
    sheet.style.inlineSize = zoom === null ? "" : `${across(sheet) * PX * zoom}px`;
  }
  const now = zoom ?? fitted();
  sheets.scrollTo(left * (now / before) - x, top * (now / before) - y);
  shown.textContent = `${Math.round(now * 100)} %`;
}

function turn() {
  const sheet = sheetOf(current);
  const angle = ((turns.get(sheet) || 0) + 90) % 360;
  const { width, height } = pageOf(sheet);
  turns.set(sheet, angle);
  const leaf = sheet.querySelector(".leaf");
  sheet.classList.toggle("turned", angle !== 0);
  sheet.style.aspectRatio = angle ? (angle % 180 ? height / width : width / height) : "";
  leaf.style.inlineSize = angle % 180 ? `${(width / height) * 100}%` : angle ? "100%" : "";
  leaf.style.transform = angle ? `translate(-50%, -50%) rotate(${angle}deg)` : "";
  apply(zoom);
}

function go(number) {
  const sheet = sheetOf(number);
  if (!sheet) return;
  sheets.scrollTo(sheets.scrollLeft, sheet.offsetTop - sheets.offsetTop - 8);
  at(number);
  say(strings.page.replace("{n}", number));
}

function at(number) {
  if (current === number) return;
  current = number;
  emit("df:page", { number });
}

// Brings a box into view without moving more than needed.
function reveal(number, [x0, top, x1, bottom]) {
  const sheet = sheetOf(number);
  if (!sheet) return;
  const scale = sheet.clientWidth / across(sheet);
  if (turns.get(sheet)) return go(number);
  const box = {
    left: sheet.offsetLeft - sheets.offsetLeft + x0 * scale, right: sheet.offsetLeft - sheets.offsetLeft + x1 * scale,
    top: sheet.offsetTop - sheets.offsetTop + top * scale, bottom: sheet.offsetTop - sheets.offsetTop + bottom * scale,
  };
  const margin = 48;
  const free = {
    x: box.left > sheets.scrollLeft && box.right < sheets.scrollLeft + sheets.clientWidth,
    y: box.top - margin > sheets.scrollTop && box.bottom + margin < sheets.scrollTop + sheets.clientHeight,
  };
  sheets.scrollTo({
    left: free.x ? sheets.scrollLeft : (box.left + box.right - sheets.clientWidth) / 2,
    top: free.y ? sheets.scrollTop : (box.top + box.bottom - sheets.clientHeight) / 2,
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth",
  });
  at(number);
}

on("df:select", ({ key, row, column }) => {
  const place = key ? fields.get(key)?.places[0] : Object.entries(data.lines?.rows.find((each) => each.id === row)?.cells || {})
    .filter(([name]) => name === column).concat([]).map(([, cell]) => cell.places[0])[0];
  if (place) reveal(place.page, place.box);
});
on("df:propose", ({ page, box }) => { if (box) reveal(page, box); });

command("zoom-in", () => apply((zoom ?? fitted()) * 1.2));
command("zoom-out", () => apply((zoom ?? fitted()) / 1.2));
command("zoom-actual", () => apply(1));
command("fit-width", () => apply(null));
command("fit-page", () => {
  const sheet = sheetOf(current);
  if (sheet) apply(Math.min(sheets.clientHeight / (pageOf(sheet).height * PX), sheets.clientWidth / (pageOf(sheet).width * PX)) * 0.96);
});
command("turn", turn);
command("next-page", () => go(Math.min(current + 1, data.pages.length)));
command("previous-page", () => go(Math.max(current - 1, 1)));
root.querySelector(".strip")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-page]");
  if (!link) return;
  event.preventDefault();
  go(Number(link.dataset.page));
});

sheets.addEventListener("keydown", (event) => {
  const name = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "zoom-actual", w: "fit-width", h: "fit-page", r: "turn", a: "boxes" }[event.key];
  if (!name || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  root.querySelector(`[data-command="${name}"]`)?.click();
});
sheets.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  const frame = sheets.getBoundingClientRect();
  apply((zoom ?? fitted()) * (event.deltaY < 0 ? 1.1 : 1 / 1.1), [event.clientX - frame.left, event.clientY - frame.top]);
}, { passive: false });

// The middle button takes hold of the paper.
sheets.addEventListener("pointerdown", (event) => {
  if (event.button !== 1) return;
  event.preventDefault();
  sheets.setPointerCapture(event.pointerId);
  const move = (each) => sheets.scrollBy(-each.movementX, -each.movementY);
  sheets.addEventListener("pointermove", move);
  sheets.addEventListener("pointerup", () => sheets.removeEventListener("pointermove", move), { once: true });
});

const seen = new IntersectionObserver((entries) => {
  const best = entries.filter((entry) => entry.isIntersecting).sort((a, b) => b.intersectionRatio - a.intersectionRatio)[0];
  if (best) at(pageOf(best.target).number);
}, { root: sheets, threshold: [0.5, 0.9] });
for (const sheet of all) {
  turns.set(sheet, 0);
  seen.observe(sheet);
}
if (all.length) shown.textContent = `${Math.round(fitted() * 100)} %`;
