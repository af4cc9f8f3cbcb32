// How the parts of the review page speak: events on #review, and buttons that carry the name of a command.
export const root = document.getElementById("review");
export const emit = (name, detail = {}) => root.dispatchEvent(new CustomEvent(name, { detail }));
export const on = (name, act) => root.addEventListener(name, (event) => act(event.detail, event));

// A command is a button with data-command, wherever it stands; keys press the same buttons.
export function command(name, act) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest(`[data-command="${name}"]`);
    if (!button) return;
    event.preventDefault();
    act(button);
  });
}
