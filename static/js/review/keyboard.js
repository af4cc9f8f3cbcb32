// The keyboard map: a chord presses the visible button of its command. The map comes from the server, as does the help.
import { typing } from "../base.js";
import { data, root } from "./state.js";

const mac = navigator.platform.startsWith("Mac");
const SHIFTED = { "<": ",", ">": "." };

// "Ctrl+Shift+Enter", "Alt+J", "Alt+.": letters by what is typed, by the key's place on other scripts and with Option.
function chord(event) {
  const letter = event.code.startsWith("Key") ? event.code.slice(3) : "";
  const plain = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : letter;
  const symbols = { Period: ".", Comma: ",", Slash: "/" };
  const name = plain || (event.altKey && symbols[event.code]) || SHIFTED[event.key] || event.key;
  const alt = mac ? event.ctrlKey && !event.metaKey && /^[A-Z.,]$/.test(name) : event.altKey;
  const control = mac ? event.metaKey : event.ctrlKey;
  return [control && "Ctrl", (alt || (mac && event.altKey)) && "Alt", event.shiftKey && "Shift", name].filter(Boolean).join("+");
}

function find(name) {
  const here = document.activeElement.closest(".field, tr") || root.querySelector(".field.chosen");
  const visible = (button) => button && !button.hidden;
  return [here?.querySelector(`[data-command="${name}"]`), root.querySelector(`[data-command="${name}"]`)].find(visible);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.getModifierState("AltGraph") || document.querySelector("dialog[open]")) return;
  const name = data.keys[chord(event)];
  if (!name || event.defaultPrevented) return;
  if (name === "undo" && event.ctrlKey && typing(event.target)) return; // the input's own undo
  const button = find(name);
  if (!button && !event.ctrlKey) return;
  event.preventDefault();
  button?.click();
});
