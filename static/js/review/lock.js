// Who has the document open: taken at the start, renewed while there is input, freed on leaving. Another holder is named.
import { csrf } from "../base.js";
import { data, may, on } from "./state.js";

const banner = document.getElementById("holder");
let last = Date.now(); // of the last input
let mine = false;
let gone = false;

const post = (url) => fetch(url, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrf(), Accept: "application/json" } }).catch(() => null);

async function renew() {
  if (gone || document.hidden || Date.now() - last > 1_200_000) return;
  const answer = await post(data.urls.lock);
  if (!answer) return;
  mine = answer.ok;
  const said = await answer.json().catch(() => ({}));
  banner.hidden = answer.status !== 409;
  banner.lastElementChild.textContent = said.message || "";
}

function free() {
  if (!mine || gone) return;
  gone = true;
  post(`${data.urls.lock}/release`);
}

if (may("confirm")) {
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => { last = Date.now(); }, { passive: true });
  addEventListener("pagehide", free);
  on("df:decided", () => { gone = true; });
  setInterval(renew, 45_000);
  renew();
}
