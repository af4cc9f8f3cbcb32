// Confirm, approve, set aside: once all is saved, send it, go to the next.
import { say, strings, toast } from "../base.js";
import { adopt, command, data, emit, on, openKeys, waiting } from "./state.js";
import { send } from "./wire.js";

const dialog = document.getElementById("decide");
let after = null;

async function put(body) {
  const url = body.do === "discard" ? data.urls.discard : data.urls.decision;
  const { ok, status, said } = await send("POST", url, { ...body, view: data.queue.view });
  if (ok && said) {
    emit("df:decided", { next: said.next });
    return location.assign(said.next);
  }
  if (status === 412) adopt(said.current);
  if (said?.code === "open_fields") emit("df:select", { key: said.fields[0], focus: true });
  return toast(said?.message || strings.failed, "bad");
}

function decide(body) {
  emit("df:flush"); // also what was typed a moment ago
  if (!waiting.count) return put(body);
  after = body;
}

function confirm(act) {
  emit("df:flush");
  const open = openKeys();
  if (!open.length) return decide({ do: act });
  say(strings.open.replace("{n}", open.length));
  return emit("df:select", { key: open[0], focus: true });
}

on("df:save", ({ state, pending }) => {
  if (!after || pending) return;
  const body = after;
  after = null;
  if (state === "saved") put(body);
});
command("confirm", () => confirm("confirm"));
command("approve", () => confirm("approve"));
for (const name of ["reopen", "read_again", "export", "archive"]) command(name, () => decide({ do: name }));
command("decide", () => { dialog.showModal(); dialog.querySelector("input").focus(); });

dialog?.addEventListener("keydown", (event) => {
  const choice = !event.target.matches("textarea") && dialog.querySelectorAll("input[name=do]")[Number(event.key) - 1];
  if (!choice) return;
  choice.checked = true;
  event.preventDefault();
});
dialog?.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close();
  decide(Object.fromEntries(new FormData(event.target)));
});
