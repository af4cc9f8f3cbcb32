// Paces live fragments: after 2 s in the first half minute, then 5 s, then 15 s; hidden tabs do not ask.
// A part with data-live="URL" is replaced by the answer; 204 leaves it, 286 ends the asking.
const began = Date.now();
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const ask = (url) => fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null); // null: the network is away

async function live(id) {
  for (;;) {
    const age = Date.now() - began;
    await rest(age < 30000 ? 2000 : age < 180000 ? 5000 : 15000);
    const part = document.getElementById(id);
    if (!part?.dataset.live) return;
    if (document.hidden || part.matches(":has(:focus-visible)")) continue;
    const answer = await ask(part.dataset.live);
    if (answer?.status === 200 || answer?.status === 286) {
      part.outerHTML = await answer.text();
      window.htmx?.process(document.getElementById(id));
    }
    if (answer?.status === 286 || (answer?.status >= 400 && answer.status < 500)) return;
  }
}

// The tray's rows say what became of each file of an upload, until all has ended.
export async function follow(state, rows, done) {
  for (let wait = 1000; ; wait = Math.min(wait + 500, 5000)) {
    await rest(wait);
    const answer = await ask(state);
    if (answer?.status >= 400 && answer.status < 500) return;
    if (!answer?.ok) continue;
    const { tasks } = await answer.json();
    rows.forEach((row, index) => row.querySelector(".said").replaceChildren(
      ...tasks.filter((task) => task.file === index).map(({ url: href, said }) => (
        href ? Object.assign(document.createElement("a"), { href, textContent: said }) : `${said} `
      )),
    ));
    if (tasks.every((task) => task.ended)) return done();
  }
}

for (const part of document.querySelectorAll("[data-live]")) live(part.id);
