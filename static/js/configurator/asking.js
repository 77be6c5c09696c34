// Checks and quote follow the form: asked only when something changed, and a press on the way counts.
import { say } from "../site.js";

// A panel that is drawn anew keeps its elements, so that a press between two drawings is not lost;
// and what a person has opened stays open.
if (window.Idiomorph) {
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details"));
}

const NOTES = { impossible: "Cannot be made like this: why, and what helps", weak: "May be weak: why, and what helps" };

/** The checks stand far below: the field that cures a fault says that there is one, and leads there. */
function mark(field, level) {
  const input = field.querySelector("[role=radiogroup], input[type=text], input[type=number], input:not([type])");
  if (level === "impossible") input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
  const note = field.querySelector(".faultnote");
  const id = `why-${field.dataset.field}`;
  const about = (input?.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  input?.setAttribute("aria-describedby", (level ? [...about, id] : about).join(" "));
  if (!level) return note?.remove();
  const link = note ?? field.appendChild(Object.assign(document.createElement("a"), { href: "#checks" }));
  link.id = id;
  link.className = `faultnote small ${level}`;
  link.textContent = NOTES[level];
}

/** Wire both panels to the form. `settled` asks; `stale` says that the price no longer fits. */
export function ask(el, form) {
  const quote = el.querySelector("#quote");
  let asked = same(form.query());
  let answered = "";
  let waiting = false;

  function settled(again = false) {
    const now = same(form.query());
    if (now === asked && !again) {
      if (now === answered) quote.classList.remove("stale");
      return;
    }
    asked = now;
    quote.classList.add("stale");
    for (const id of ["#checks", "#quote"]) window.htmx.trigger(el.querySelector(id), "settled");
  }

  const busy = () => quote.matches(".htmx-request") || Boolean(quote.querySelector(".places.htmx-request"));
  const button = () => quote.querySelector("form:has([name=quote]) button");

  // A price that is not for what the form shows cannot be bought: the press waits for the new one.
  quote.addEventListener("submit", (event) => {
    if (!event.target.querySelector("[name=quote]") || !(quote.matches(".stale") || busy())) return;
    event.preventDefault();
    waiting = true;
    show();
    if (!busy()) settled(asked === same(form.query()));
  });

  function show() {
    quote.classList.toggle("waiting", waiting);
    if (!waiting || !button()) return;
    button().textContent = "One moment: working out the new price …";
    button().setAttribute("aria-busy", "true");
  }

  el.querySelector("#checks").addEventListener("htmx:afterSwap", () => {
    const level = (name) => ["impossible", "weak"].find((one) => el.querySelector(`.fault.${one}[data-about="${name}"]`));
    for (const field of el.querySelectorAll("[data-field]")) mark(field, level(field.dataset.field));
  });

  quote.addEventListener("htmx:afterSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (event.target !== quote && requestConfig?.target !== quote) return;
    const city = requestConfig.elt.matches(".places");
    if (city && !quote.querySelector(".unknown")) quote.querySelector("details.where")?.removeAttribute("open");
    answered = queryOf(xhr.responseURL);
    const now = same(form.query());
    if (answered === now) quote.classList.remove("stale");
    else if (asked === now ? city : !el.querySelector("#design").contains(document.activeElement)) return settled(asked === now);
    if (answered === now && waiting) send();
    else show();
  });

  /** The price is there: what was pressed meanwhile is done now. */
  function send() {
    waiting = false;
    show();
    // htmx takes its mark of a request off a moment later.
    quote.classList.remove("htmx-request");
    const press = button();
    if (press) press.form.requestSubmit(press);
    else say("This cannot be bought as it is. The reason stands where the price was.");
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    quote.addEventListener(name, (event) => {
      if (event.detail.target !== quote && event.target !== quote) return;
      asked = "";
      waiting = false;
      show();
      if (button()) { button().textContent = "Add to basket"; button().removeAttribute("aria-busy"); }
    });
  }
  return { settled, stale: () => quote.classList.add("stale") };
}

/** A query in one order, whatever the order it was written in. */
function same(text) {
  const query = new URLSearchParams(text);
  for (const name of ["family", "city", "q", "from", "saved"]) query.delete(name);
  query.sort();
  return query.toString();
}

const queryOf = (url) => same(new URL(url, location.href).search);
