// Save: Ctrl+S asks for a name the first time, and keeps what changed after that.
import { say } from "../site.js";

/** Wire the dialog. `history` writes into the URL which saved design is being changed. */
export function mountSaving(el, form, history) {
  const dialog = el.querySelector("#save-dialog");
  const [asking, name, asNew, said] = ["#save-form", "#save-name", "#save-new", "#save-said"].map((id) => dialog.querySelector(id));
  const saved = el.querySelector("#design input[name=saved]");

  function open() {
    if (dialog.open) return;
    said.replaceChildren();
    dialog.showModal();
    name.select();
  }
  el.querySelector("#tool-save").addEventListener("click", open);
  dialog.querySelector("#save-cancel").addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (saved.value && !dialog.open) asking.requestSubmit(asking.querySelector(".primary"));
    else open();
  });
  asking.addEventListener("design-saved", (event) => {
    saved.value = event.detail.ref;
    saved.disabled = false;
    name.value = event.detail.name;
    asNew.hidden = false;
    history.push();
    dialog.close();
    say(`Saved as “${event.detail.name}”. It waits under Your designs.`);
  });
  // What went wrong stands in the dialog, also when Ctrl+S did not open it.
  asking.addEventListener("htmx:responseError", () => { if (!dialog.open) dialog.showModal(); });

  /** The design begins anew: it is nobody's remix, and no saved one is changed. */
  return function leave() {
    for (const input of [saved, el.querySelector("#design input[name=from]")]) {
      input.value = "";
      input.disabled = true;
    }
    asNew.hidden = true;
    el.querySelector("#origin")?.remove();
  };
}
