// What every page shares: local times, printing, a polite word when the server cannot be reached.
document.body.addEventListener("htmx:sendError", () => say("The server cannot be reached. Trying again shortly."));
document.body.addEventListener("htmx:timeout", () => say("The server takes long to answer. Trying again shortly."));

/** Show a short note at the foot of the page for a few seconds. */
export function say(text) {
  let toast = document.getElementById("toast");
  if (!toast) {
    toast = document.createElement("p");
    toast.id = "toast";
    toast.className = "toast";
    toast.setAttribute("role", "status");
    document.body.append(toast);
  }
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => toast.classList.remove("shown"), 3500);
}

/** Only one press counts: a form that was sent is not sent again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

const DAY = { weekday: "short", day: "numeric", month: "short" };
const TIME = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const MOMENT = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const LANGUAGE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

/** Times in the reader's own zone; the one in UTC stands behind each. */
function localise(root) {
  for (const time of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const shape = { date: DAY, moment: MOMENT }[time.dataset.local] || TIME;
    time.textContent = new Intl.DateTimeFormat(LANGUAGE, shape).format(moment).replace(",", "");
    time.title = `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  }
}
document.addEventListener("htmx:afterSettle", (event) => localise(event.target.parentElement ?? document));
localise(document);

// A form that came back is far down on a phone: go to the first thing that is marked.
document.querySelector("form[method=post] [aria-invalid=true]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
