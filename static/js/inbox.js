// Keys for the inbox: J and K move through the offers, A accepts, D opens the reasons.
let current = -1;
let chosen = "";

const rows = () => [...document.querySelectorAll("[data-offer]")];

function go(step) {
  const all = rows();
  if (!all.length) return;
  current = Math.max(0, Math.min(all.length - 1, current + step));
  all.forEach((row, i) => row.toggleAttribute("data-current", i === current));
  chosen = all[current].dataset.offer;
  all[current].focus({ preventScroll: false });
}

/** Answer the chosen offer; with none chosen, the first press only chooses. */
function answer(key) {
  const row = document.querySelector("[data-offer][data-current]");
  if (!row) return go(1);
  if (key === "a") return row.querySelector("[data-accept]")?.click();
  row.querySelector("[data-decline]")?.click();
  row.querySelector("select")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (key === "a" || key === "d") answer(key);
});

// A list that is being answered is not replaced under the person's hands.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const open = document.querySelector("#offers details[open]");
  if (open && event.detail.target.id === "offers" && event.detail.requestConfig.verb === "get") event.detail.shouldSwap = false;
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const open = document.querySelector("#machines details[open]");
  if (open && event.detail.target.id === "machines" && event.detail.requestConfig.verb === "get") event.detail.shouldSwap = false;
});

// The list is drawn anew every few seconds: the choice is kept by offer, not by place.
document.body.addEventListener("htmx:afterSettle", () => {
  const all = rows();
  current = all.findIndex((row) => row.dataset.offer === chosen);
  if (current >= 0) all[current].toggleAttribute("data-current", true);
});
