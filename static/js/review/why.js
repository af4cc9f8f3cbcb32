// Under the focused field: the piece of the page around its value, and on demand everything that speaks for or against it.
import { copyOf } from "../base.js";
import { command, data, emit, fields, on, root } from "./state.js";

const rowOf = (key) => root.querySelector(`.field[data-key="${CSS.escape(key ?? "")}"]`);
const put = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));

// The same cached image as in the viewer, seen through a viewBox.
function snippet(row, { places: [place] }) {
  const svg = row.querySelector(".snippet");
  const page = place && data.pages.find((each) => each.number === place.page);
  svg.toggleAttribute("hidden", !page?.image);
  if (!page?.image) return;
  const [x0, top, x1, bottom] = place.box;
  const high = Math.max(30, (bottom - top) * 2.5);
  const wide = Math.max(high * 6, x1 - x0 + high);
  const x = Math.max(0, Math.min(page.width - wide, (x0 + x1 - wide) / 2));
  put(svg, { viewBox: `${x} ${(top + bottom - high) / 2} ${wide} ${high}` });
  put(svg.querySelector("image"), { href: page.image, width: page.width, height: page.height });
  put(svg.querySelector("rect"), { x: x0 - 1, y: top - 1, width: x1 - x0 + 2, height: bottom - top + 2 });
}

function fill(row, field) {
  const weight = (value) => (value > 0 ? `+${value}` : value);
  const lines = [[field.checked, ""], ...field.messages.map((each) => [each.text, ""]),
    ...field.evidence.map((each) => [each.text, weight(each.weight)]), [field.original, ""]].filter(([text]) => text);
  row.querySelector(".why ul").replaceChildren(...lines.map((texts) => {
    const line = copyOf("why-line");
    texts.forEach((text, index) => { line.children[index].textContent = text; });
    return line;
  }));
}

function show(key) {
  const row = rowOf(key);
  if (!row) return;
  if (row.classList.contains("chosen")) snippet(row, fields.get(key));
  if (!row.querySelector(".why").hidden) fill(row, fields.get(key));
}

function toggle(row, open) {
  row.querySelector(".why").hidden = !open;
  row.querySelector("[data-command=why]").ariaExpanded = open;
  if (!open) return;
  fill(row, fields.get(row.dataset.key));
  row.querySelector(".why").scrollIntoView({ block: "nearest" });
}

on("df:select", ({ key }) => show(key));
on("df:fields", ({ keys }) => keys.forEach(show));
on("keydown", (_, event) => {
  const row = event.key === "Escape" && event.target.closest(".field");
  if (!row || row.querySelector(".why").hidden) return;
  event.stopPropagation();
  toggle(row, false);
  emit("df:select", { key: row.dataset.key, focus: true });
});
command("why", (button) => {
  const row = button.closest(".field");
  toggle(row, row.querySelector(".why").hidden);
});
