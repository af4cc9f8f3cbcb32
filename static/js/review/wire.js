// One way to the server: JSON, the session's CSRF token, and the version that the change was made on. null: no network.
import { csrf } from "../base.js";
import { data } from "./state.js";

export async function send(method, url, body) {
  const { id, version } = data.document;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf(), "If-Match": `"${id}-${version}"` };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) }).catch(() => null);
  return { status: answer?.status ?? 0, ok: Boolean(answer?.ok), said: await answer?.json().catch(() => null) };
}
