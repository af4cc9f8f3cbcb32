// The whole window takes files: drop, paste or choose; sent at once in one request, followed in the tray.
import { copyOf, csrf, say, strings } from "./base.js";
import { follow } from "./progress.js";

const overlay = document.getElementById("drop");
const tray = document.getElementById("tray");
const { url, maxFiles, maxBytes, types } = overlay.dataset;
const words = strings.drop;
let sending = 0;

function refusal(file, index) {
  const ending = file.name.split(".").pop().toLowerCase();
  if (index >= Number(maxFiles)) return words.many;
  if (file.size === 0) return words.empty;
  if (file.size > Number(maxBytes)) return words.large;
  return types.split(" ").includes(ending) ? "" : words.type;
}

function line(file, said) {
  const row = copyOf("tray-row");
  row.querySelector(".name").textContent = file.name;
  row.querySelector(".size").textContent = `${Math.ceil(file.size / 1024)} kB`;
  row.querySelector("progress").ariaLabel = file.name;
  tray.querySelector("ul").append(row);
  if (said) end(row, said, true);
  return row;
}

function end(row, said, refused) {
  row.querySelector("progress")?.remove();
  row.classList.toggle("refused", refused);
  row.querySelector(".said").textContent = said;
}

function answered(request, rows) {
  sending -= 1;
  const good = request.status === 201;
  const said = good ? words.received : request.response?.message || words.failed;
  for (const row of rows) end(row, said, !good);
  say(said);
  if (!good) return;
  follow(request.response.state, rows, () => say(words.done));
}

function post(files, rows, project) {
  const body = new FormData();
  body.append("project", project || "");
  for (const wish of document.querySelectorAll(".drop-target [name=languages], .drop-target [name=ocr_engine]")) {
    body.append(wish.name, wish.value);
  }
  for (const file of files) body.append("files", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.responseType = "json";
  request.setRequestHeader("X-CSRFToken", csrf());
  request.setRequestHeader("Accept", "application/json");
  request.upload.onprogress = ({ loaded }) => {
    let before = 0; // the parts of the body follow each other, so each file's share is known
    files.forEach((file, index) => {
      rows[index].querySelector("progress").value = Math.max(0, Math.min(1, (loaded - before) / file.size));
      before += file.size;
    });
  };
  request.onload = () => answered(request, rows);
  request.onerror = request.onload;
  request.send(body);
}

function take(chosen, project) {
  tray.hidden = false;
  const all = [...chosen].map((file, index) => ({ file, said: refusal(file, index) }));
  for (const each of all) each.row = line(each.file, each.said);
  const good = all.filter((each) => !each.said);
  if (!good.length) return;
  sending += 1;
  post(good.map((each) => each.file), good.map((each) => each.row), project);
}

addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  overlay.hidden = false;
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) overlay.hidden = true; });
addEventListener("drop", (event) => {
  if (overlay.hidden) return;
  event.preventDefault();
  overlay.hidden = true;
  take(event.dataTransfer.files, event.target.closest("[data-project]")?.dataset.project);
});
addEventListener("paste", (event) => { if (event.clipboardData?.files.length) take(event.clipboardData.files); });
addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
addEventListener("change", ({ target }) => {
  if (!target.matches("[data-drop]")) return;
  take(target.files, target.form.elements.project?.value);
  target.value = "";
});
tray.querySelector("button").addEventListener("click", () => { tray.hidden = true; });
