// What every page has: menus, dialogs, toasts, times, theme, keys.
const root = document.documentElement;
const byId = (id) => document.getElementById(id);
root.classList.add("js");

export const strings = JSON.parse(byId("strings")?.textContent || "{}");
export const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
export const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select");

export function copyOf(templateId) {
  return byId(templateId).content.firstElementChild.cloneNode(true);
}

export function icon(svg, name) {
  svg.querySelector("use").setAttribute("href", `${root.dataset.icons}#${name}`);
}

export function say(text) {
  byId("said").textContent = text;
}

export function toast(text, kind = "") {
  const made = copyOf("toast");
  made.className += ` ${kind}`;
  made.querySelector("span").textContent = text;
  made.querySelector("button").addEventListener("click", () => made.remove());
  byId("toasts").append(made);
  const fade = () => (made.matches(":hover, :focus-within") ? setTimeout(fade, 2000) : made.remove());
  if (kind !== "bad") setTimeout(fade, 6000);
}

customElements.define("df-time", class extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const at = new Date(time.dateTime);
    const seconds = (at - Date.now()) / 1000;
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([each]) => Math.abs(seconds) >= each) || [1, "second"];
    const apart = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" }).format(Math.round(seconds / size), unit);
    time.title = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" }).format(at);
    time.textContent = this.hasAttribute("short") ? apart : `${time.title} (${apart})`;
  }
});

customElements.define("df-copy", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId(this.getAttribute("for")).textContent.trim());
      toast(strings.copied);
    });
  }
});

customElements.define("df-splitter", class extends HTMLElement {
  connectedCallback() {
    const size = (px) => {
      const now = Math.max(360, Math.min(720, Math.round(px)));
      this.parentElement.style.setProperty("--form", `${now}px`);
      this.ariaValueNow = now;
      localStorage.setItem("form-width", now);
    };
    const kept = Number(localStorage.getItem("form-width"));
    if (kept && innerWidth >= 1280) size(kept);
    this.onpointerdown = (event) => this.setPointerCapture(event.pointerId);
    this.onpointermove = (event) => this.hasPointerCapture(event.pointerId) && size(innerWidth - event.clientX);
    this.onkeydown = ({ key }) => size(Number(this.ariaValueNow) + ({ ArrowLeft: 16, ArrowRight: -16 }[key] || 0));
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const button = event.target.closest("button");
  const { dialog, theme, show, close, side } = button?.dataset || {};
  if (dialog) byId(dialog).showModal();
  if (close !== undefined) button.closest("dialog").close();
  if (side) button.ariaExpanded = byId(side).classList.toggle("open");
  if (theme) {
    root.dataset.theme = theme;
    document.cookie = `docflow-theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  }
  if (show) button.ariaPressed = (byId(show).type = byId(show).type === "text" ? "password" : "text") === "text";
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if ((event.key === "?" && !typing(event.target)) || (event.key === "/" && event.ctrlKey)) byId("help")?.showModal();
  else if (event.key === "/" && !typing(event.target)) byId("search")?.focus();
  else return;
  event.preventDefault();
});
