// Your designs: copy a link; only two can be compared.
import { say } from "../site.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say("Link copied. It always gives this design.");
    } catch {
      window.prompt("Copy this link", button.dataset.copy);
    }
  });
}

const form = document.getElementById("compare");
if (form) {
  const said = document.getElementById("pick-said");
  const boxes = [...document.querySelectorAll("input[name=of]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked);
    form.querySelector("button").disabled = ticked.length !== 2;
    for (const box of boxes) box.disabled = ticked.length === 2 && !box.checked;
    said.textContent = { 0: "Tick two to compare them.", 1: "Tick one more." }[ticked.length] ?? "Two are ticked.";
  };
  document.addEventListener("change", (event) => { if (boxes.includes(event.target)) show(); });
  show();
}

// Who opens the renaming wants to type.
for (const details of document.querySelectorAll("details.rename")) {
  details.addEventListener("toggle", () => { if (details.open) details.querySelector("input[name=name]").select(); });
}
