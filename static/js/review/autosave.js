// Changes go to the server one at a time, each with the version it was made on; what cannot be sent is kept and tried again.
import { say, strings, toast } from "../base.js";
import { adopt, command, data, emit, fields, on, root, waiting } from "./state.js";
import { send } from "./wire.js";

const RETRY = [1, 2, 4, 8, 15, 30];
const kept = `review-${data.document.uuid}`;
const queue = new Map(); // key, or "lines" -> {patch, before}; a later change of the same field replaces the earlier
const LINES = Symbol("lines");
waiting.keys = queue;
const line = root.querySelector(".save-state");
let busy = false;
let tries = 0;
let timer;

function tell(state, said) {
  waiting.count = queue.size + (busy ? 1 : 0);
  line.dataset.state = state;
  line.textContent = said;
  emit("df:save", { state, pending: waiting.count });
}

function mirror() {
  const changes = [...queue].filter(([key]) => key !== LINES).map(([key, { patch }]) => [key, patch]);
  if (changes.length) sessionStorage.setItem(kept, JSON.stringify(changes));
  else sessionStorage.removeItem(kept);
}

// 412: others changed the document. Fields I did not touch are replaced quietly; a field both changed is shown with both.
function clash(key, change, { current, by }) {
  adopt(current);
  if (key === LINES) return toast(strings.linesChanged, "bad");
  const theirs = fields.get(key).shown;
  if (theirs === change.before) return queue.set(key, change);
  return emit("df:conflict", { key, mine: change.patch.value ?? change.before, theirs, before: change.before, by });
}

function later(state) {
  const seconds = RETRY[Math.min(tries, RETRY.length - 1)];
  tries += 1;
  timer = setTimeout(flush, seconds * 1000);
  const text = state === "offline" ? strings.offline : strings.notSaved;
  tell(state, text.replace("{n}", queue.size).replace("{s}", seconds));
  if (tries === 1) say(line.textContent);
}

function refused(key, answer) {
  const field = fields.get(key);
  // What was typed stays, marked with the server's reason; the server still holds the value before.
  if (field) Object.assign(field, { settled: false, open: true, state: "wrong", messages: [{ text: answer.message }] });
  emit("df:fields", { keys: field ? [key] : [], lines: key === LINES });
  if (!field) toast(answer.message, "bad");
  tell("failed", strings.refused);
  say(answer.message);
}

function settle({ status, ok, said }, key, change) {
  if (!status || status >= 500 || status === 429) {
    if (!queue.has(key)) queue.set(key, change);
    return later(status ? "failed" : "offline");
  }
  tries = 0;
  if (ok && said) adopt(said);
  else if (status === 412 && said) clash(key, change, said);
  mirror();
  if (!said || (!ok && status !== 412)) return refused(key, said || { message: strings.signIn });
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
  if (!queue.size) tell("saved", strings.saved.replace("{t}", time));
  return flush();
}

async function flush() {
  clearTimeout(timer);
  if (busy || !queue.size) return;
  const [[key, change]] = queue;
  queue.delete(key);
  busy = true;
  tell("saving", strings.saving);
  const url = key === LINES ? data.urls.lines : `${data.urls.fields}/${encodeURIComponent(key)}`;
  const answer = await send("PATCH", url, change.patch);
  busy = false;
  settle(answer, key, change);
}

on("df:change", ({ key, patch, lines }) => {
  if (lines) {
    const before = queue.get(LINES)?.patch.do || [];
    queue.set(LINES, { patch: { do: [...before, ...lines] } });
  } else queue.set(key, { patch, before: queue.get(key)?.before ?? fields.get(key).before });
  mirror();
  flush();
});
on("df:flush", flush);
command("save", () => emit("df:flush"));
addEventListener("online", flush);
addEventListener("beforeunload", (event) => { if (queue.size || busy) event.preventDefault(); });

for (const [key, patch] of JSON.parse(sessionStorage.getItem(kept) || "[]")) {
  if (fields.has(key)) emit("df:change", { key, patch });
}
