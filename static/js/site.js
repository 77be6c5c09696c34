// What every page shares: a listbox for places, a polite word when the server cannot be reached.
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
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
