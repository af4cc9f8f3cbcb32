// Starts the review page: the store reads the data block, then each part adds itself to the server's markup.
import { data, root } from "./state.js";
import "./viewer.js";
import "./images.js";
import "./strip.js";
import "./boxes.js";
import "./fields.js";
import "./why.js";
import "./candidates.js";
import "./lines.js";
import "./autosave.js";
import "./decision.js";
import "./lock.js";
import "./keyboard.js";

root.dataset.view = "fields";
// On a narrow screen one of page, fields and lines is shown.
const switches = [...root.querySelectorAll("[data-to-view]")];
for (const each of switches) each.addEventListener("click", () => { root.dataset.view = each.dataset.toView; });
new MutationObserver(() => {
  for (const each of switches) each.ariaPressed = each.dataset.toView === root.dataset.view;
}).observe(root, { attributeFilter: ["data-view"] });
// The next document's first images are fetched while this one is looked at.
for (const address of data.queue.images || []) new Image().src = address;
root.dataset.ready = "true";
