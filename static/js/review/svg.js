// Rectangles over the page image, in points.
import { root } from "./events.js";

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [each, value] of Object.entries(attributes)) made.setAttribute(each, value);
  made.append(...children);
  return made;
}

// A place on its page: a halo that shows while it is chosen, and the edge. With an href it is a link for people.
export function put({ page, box: [x0, top, x1, bottom] }, kind, attributes = {}) {
  const size = { x: x0 - 2, y: top - 2, width: x1 - x0 + 4, height: bottom - top + 4 };
  const rects = ["halo", "edge"].map((part) => svg("rect", { class: part, ...size }));
  const group = svg(attributes.href ? "a" : "g", { class: `place ${kind}`, ...attributes }, ...rects);
  root.querySelector(`#page-${page} svg.places`)?.append(group);
}
