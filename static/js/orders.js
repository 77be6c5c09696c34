// What the shop's pages do beyond HTML: how long ago, arrows in a list, pieces before the checkout.

function ago(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86400)} d ago`;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    time.textContent = ago((Date.now() - new Date(time.dateTime)) / 1000);
  }
}

// Down and up walk from the city field through its list; Escape goes back to the field.
function walk(event) {
  const form = event.target.closest?.("form.places");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const stops = [form.querySelector("[data-places]"), ...form.querySelectorAll(".option")];
  const here = stops.indexOf(event.target);
  if (here < 0) return;
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = event.key === "Escape" ? stops[0] : stops[here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// A number of pieces that was typed counts before anything is paid: one that cannot be had is said
// at its field, one that is on its way is waited for.
const pieces = () => [...document.querySelectorAll(".quantity [name=quantity]")];
const unsaid = () => pieces().some((field) => field.value !== field.defaultValue);
let leaving = "";

function checkOut(event) {
  const link = event.target.closest?.("[data-checkout]");
  if (!link || !unsaid()) return;
  event.preventDefault();
  const wrong = pieces().find((field) => !field.checkValidity());
  leaving = wrong ? "" : link.href;
  wrong?.reportValidity();
}

function leave() {
  if (!leaving || unsaid()) return;
  const refused = document.querySelector(".messages .error");
  if (!refused) location.assign(leaving);
  leaving = "";
}

document.addEventListener("click", checkOut);
document.body.addEventListener("htmx:afterSettle", leave);
document.addEventListener("keydown", walk);
setInterval(tick, 1000);
