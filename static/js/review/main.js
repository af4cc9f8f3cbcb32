// Starts the review page: the store reads the data block, then each part adds itself to the server's markup.
import { data, root } from "./state.js";
import "./viewer.js";
import "./strip.js";
import "./boxes.js";
import "./why.js";
import "./fields.js";
import "./candidates.js";
import "./lines.js";
import "./autosave.js";
import "./decision.js";
import "./lock.js";
import "./keyboard.js";

root.dataset.view = "fields";
root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-to-view]");
  if (!button) return;
  root.dataset.view = button.dataset.toView;
  for (const each of root.querySelectorAll("[data-to-view]")) each.ariaPressed = each === button;
});
// The next document's first images are fetched while this one is looked at.
for (const address of data.queue.images || []) new Image().src = address;
root.dataset.ready = "true";
