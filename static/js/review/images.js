// Images of pages: those near the view are asked for again while a job draws them; pages to come appear as they are read.
import { strings } from "../base.js";
import { data, emit, root } from "./state.js";

const sheets = root.querySelector(".sheets");
const all = [...sheets.querySelectorAll(".sheet")];
const reading = () => root.querySelector("#reading[data-live]");
const part = (sheet) => ({ image: sheet.querySelector("img"), note: sheet.querySelector(".waiting"), page: data.pages[all.indexOf(sheet)] });

function draw(sheet) {
  const { image, note, page } = part(sheet);
  image.src = page.image;
  image.hidden = false;
  note.hidden = true;
  sheet.querySelector(".words")?.remove();
  emit("df:drawn", { number: page.number });
}

// An image that is not drawn yet is asked for after 2, 4, 8 and 15 seconds, and as long as the document is read.
function ask(sheet) {
  const { note, page } = part(sheet);
  const waits = [2000, 4000, 8000, 15000, 15000, 15000, 15000];
  const again = async () => {
    const answer = await fetch(page.image, { method: "HEAD" }).catch(() => null);
    if (answer?.status === 200) draw(sheet);
    else if ((waits.length || reading()) && (!answer || answer.status === 202)) setTimeout(again, waits.shift() || 15000);
    else note.textContent = strings.cannotDraw;
  };
  setTimeout(again, waits.shift());
}

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting || part(target).page.state !== "waiting") continue;
    near.unobserve(target);
    ask(target);
  }
}, { root: sheets, rootMargin: "100% 0px" });

for (const sheet of all) {
  const { image, note, page } = part(sheet);
  image.addEventListener("error", () => {
    if (image.hidden) return;
    image.hidden = true;
    note.hidden = false;
    ask(sheet);
  });
  if (page.state !== "ready") near.observe(sheet);
}

// The words "page 12 of 200" are replaced by live ones: whenever they tell of more pages, those are fetched.
let known = Number(reading()?.dataset.pages || 0);
let busy = false;
async function arrived() {
  const now = Number(reading()?.dataset.pages ?? data.pages.length);
  if (busy || now <= known) return;
  busy = true;
  const answer = await fetch(`${location.pathname}/review.json`).catch(() => null);
  busy = false;
  if (!answer?.ok) return;
  known = now;
  const fresh = (await answer.json()).pages;
  if (!all.length && fresh.length) location.reload(); // opened before anything was known of its pages
  for (const [place, sheet] of all.entries()) {
    const { image, note, page } = part(sheet);
    if (!fresh[place] || page.state === fresh[place].state || page.state === "ready") continue;
    Object.assign(page, fresh[place]);
    sheet.querySelector("svg.places").setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    if (page.state === "ready") {
      Object.assign(image, { loading: "lazy", width: page.px[0], height: page.px[1] });
      draw(sheet);
    } else {
      note.textContent = strings.beingDrawn.replace("{n}", page.number);
      near.unobserve(sheet);
      near.observe(sheet);
    }
  }
}
const form = reading()?.parentElement;
if (form) new MutationObserver(arrived).observe(form, { childList: true });
