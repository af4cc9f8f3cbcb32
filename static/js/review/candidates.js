// The other readings of a value: a list that takes the focus; arrows and 1-9 choose, Enter takes, Esc returns.
import { copyOf } from "../base.js";
import { command, emit, fields } from "./state.js";

function open(key, row) {
  if (row.querySelector(".candidates")) return;
  const field = fields.get(key);
  const list = copyOf("candidates");
  let at = 0;
  const options = field.candidates.slice(0, 9).map((each, index) => {
    const option = copyOf("candidate");
    option.id = `candidate-${key}-${index}`;
    const texts = [index + 1, each.shown, each.confidence, each.why];
    texts.forEach((text, slot) => { option.children[slot].textContent = text; });
    option.addEventListener("click", () => take(index));
    return option;
  });

  function point(index) {
    at = (index + options.length) % options.length;
    options.forEach((option, each) => { option.ariaSelected = each === at; });
    list.setAttribute("aria-activedescendant", options[at].id);
    emit("df:propose", { key, page: field.candidates[at].page, box: field.candidates[at].box });
  }

  function close(focus = true) {
    list.remove();
    emit("df:propose", {});
    if (focus) emit("df:select", { key, focus: true });
  }

  function take(index) {
    if (!options[index]) return;
    close();
    emit("df:take", { key, candidate: index });
  }

  list.append(...options);
  list.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at - 1);
    else if (/^[1-9]$/.test(event.key)) point(Math.min(Number(event.key), options.length) - 1);
    else if (event.key === "Enter") take(at);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("focusout", () => close(false));
  row.querySelector(".field-input").after(list);
  list.focus();
  point(0);
}

command("candidates", (button) => open(button.closest(".field").dataset.key, button.closest(".field")));
