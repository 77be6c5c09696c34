// The panel of suggested designs: opened over the page, asked by htmx, applied to the form.
import { say } from "../site.js";

/** Wire the link beside the presets and the dialog that it opens. */
export function mountSuggest(el, form) {
  const link = el.querySelector("[data-suggest]");
  const dialog = document.getElementById("suggest");
  if (!link || !dialog?.showModal) return; // the link leads to a page of its own
  let asked = "";

  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    dialog.showModal();
    if (asked === form.query() && !dialog.querySelector("[data-status=failed], [data-status=cancelled]")) return;
    asked = form.query();
    window.htmx.ajax("GET", `${link.pathname}?${asked}`, { target: "#suggest-body", swap: "innerHTML" });
  });

  dialog.addEventListener("click", (event) => {
    const use = event.target.closest("[data-use]");
    const close = event.target === dialog || event.target.closest("[data-close]");
    if (!use && !close) return;
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (use) {
      form.load(new URLSearchParams(use.dataset.use));
      say("The suggestion is in the form. Undo (Ctrl+Z) brings yours back.");
    }
    dialog.close();
  });

  // A gallery that comes is where the reader is: its first design is the next key press away.
  dialog.addEventListener("htmx:afterSettle", () => {
    const lost = !dialog.contains(document.activeElement) || document.activeElement === dialog;
    if (lost && dialog.open) (dialog.querySelector("[data-use], #suggest-body button, #suggest-body a") ?? dialog).focus({ preventScroll: true });
  });
  // What the server could not do is told in the panel, with a way on.
  dialog.addEventListener("htmx:sendError", () => { asked = ""; });
}
