// What the shop's pages do beyond HTML: local times, arrows in a list.

const DAY = { weekday: "short", day: "numeric", month: "short" };
const TIME = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

function localise(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const shape = time.dataset.local === "date" ? DAY : TIME;
    time.textContent = new Intl.DateTimeFormat(LANGUAGE, shape).format(moment).replace(",", "");
    time.title = `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  }
}

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

document.addEventListener("keydown", walk);
document.addEventListener("htmx:afterSettle", (event) => localise(event.target.parentElement ?? document));
localise(document);
setInterval(tick, 1000);
