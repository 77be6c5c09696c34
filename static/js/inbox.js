// Keys for the inbox: J and K move through the offers, A accepts, D opens the reasons.
let current = -1;
let chosen = "";
let moved = -Infinity; // when the choice went to another offer by itself

const WAIT_MS = 800;
const rows = () => [...document.querySelectorAll("[data-offer]")];
const open = (row) => Boolean(row.querySelector("[data-accept]"));

function choose(all, index) {
  current = index;
  all.forEach((row, i) => row.toggleAttribute("data-current", i === index));
  chosen = all[index]?.dataset.offer ?? "";
}

function go(step) {
  const all = rows();
  if (!all.length) return;
  choose(all, Math.max(0, Math.min(all.length - 1, current + step)));
  all[current].focus({ preventScroll: false });
}

/** Answer the chosen offer; not in the moment in which the choice has just gone to another one. */
function answer(key) {
  const row = document.querySelector("[data-offer][data-current]");
  if (!row || performance.now() - moved < WAIT_MS) return;
  if (key === "a") return row.querySelector("[data-accept]")?.click();
  row.querySelector("[data-decline]")?.click();
  row.querySelector("select")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "j") go(1);
  else if (key === "k") go(-1);
  else if (!event.repeat && (key === "a" || key === "d")) answer(key);
});

// A list that is being answered is not replaced under the person's hands.
for (const id of ["offers", "machines"]) {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const details = document.querySelector(`#${id} details[open]`);
    if (details && event.detail.target.id === id && event.detail.requestConfig.verb === "get") event.detail.shouldSwap = false;
  });
}

/** The choice is kept by offer, not by place; where it is gone, the first open one is chosen. */
function keep() {
  const all = rows();
  const index = all.findIndex((row) => row.dataset.offer === chosen);
  if (index >= 0 && (open(all[index]) || !all.some(open))) return choose(all, index);
  if (chosen) moved = performance.now();
  choose(all, Math.max(all.findIndex(open), all.length ? 0 : -1));
}

/** Heading, offers and machines say the same: where the counts differ, the older part is asked for again. */
function agree(fresh) {
  const offers = document.getElementById("offers");
  document.getElementById("heading").textContent = offers.dataset.heading;
  const count = (status) => document.querySelectorAll(`#machines .machine.${status}`).length;
  if (count("idle") === Number(offers.dataset.idle) && count("needs_clearing") === Number(offers.dataset.toClear)) return;
  window.htmx.trigger(fresh === "offers" ? "#machines" : "#offers", "refresh");
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  const id = event.target.closest?.("#offers, #machines")?.id;
  keep();
  if (id) agree(id);
});

/** The seconds in which an answer can be undone. */
setInterval(() => {
  for (const left of document.querySelectorAll("[data-left]")) {
    left.dataset.left = Math.max(0, left.dataset.left - 1);
    left.textContent = left.dataset.left;
  }
}, 1000);

keep();
