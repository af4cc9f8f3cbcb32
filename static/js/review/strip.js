// The strip of pages: where we are, how much is open on each page.
import { data, fields, on, openKeys, root } from "./state.js";

const links = new Map([...root.querySelectorAll(".strip a[data-page]")].map((link) => [Number(link.dataset.page), link]));

function counts() {
  const open = openKeys().map((key) => fields.get(key).places[0]?.page);
  for (const [page, link] of links) {
    const number = open.filter((each) => each === page).length;
    const mark = link.querySelector(".badge");
    mark.hidden = number === 0;
    mark.firstElementChild.textContent = number;
  }
}

on("df:page", ({ number }) => {
  for (const [page, link] of links) {
    if (page === number) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  links.get(number)?.scrollIntoView({ block: "nearest" });
});
on("df:drawn", ({ number }) => {
  const { thumb, px: [width, height] } = data.pages.find((page) => page.number === number);
  const image = Object.assign(new Image(width || 72, height || 102), { alt: "", loading: "lazy", src: thumb });
  links.get(number)?.querySelector(".thumb").replaceChildren(image);
});
on("df:fields", counts);
root.querySelector(".strip")?.addEventListener("keydown", (event) => {
  const page = Number(event.target.dataset?.page);
  const next = links.get(page + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || NaN));
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
});
counts();
