// The configurator page: the form leads, the solid follows.
import { say } from "../site.js";
import { ask } from "./asking.js";
import { mountForm } from "./form.js";
import { mountHistory } from "./history.js";
import { mountViewer } from "./viewer.js";
import { follow } from "./solids.js";

/** Wire one configurator. */
export function mount(el) {
  const form = mountForm(el.querySelector("#design"));
  const viewer = mountViewer(el.querySelector("#view"));
  const history = mountHistory(form, el);
  const solids = follow(el.dataset.solid, el.dataset.picture, viewer);

  form.on("drag", () => solids.draft(form.query()));
  const panels = ask(el, form);
  form.on("stale", panels.stale);
  form.on("settle", () => {
    solids.full(form.query());
    history.push();
    panels.settled();
  });
  form.on("colour", (hex) => viewer.paint(hex));
  wireTools(el, viewer, form);
  el.addEventListener("click", (event) => onClick(event, form));
  // The colours on the shelf depend on the material: the server knows them.
  form.on("material", () => { window.location.search = form.query(); });

  viewer.paint(form.colour());
  solids.full(form.query());
}

function onClick(event, form) {
  const cure = event.target.closest("[data-set]");
  if (cure) form.set(cure.dataset.set, cure.dataset.value);
  const preset = event.target.closest("[data-preset]");
  if (preset && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    form.load(new URLSearchParams(preset.dataset.preset));
  }
}

function wireTools(el, viewer, form) {
  const toggle = (id, act) => {
    const button = el.querySelector(id);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", on);
      act(on);
    });
  };
  toggle("#tool-dims", (on) => viewer.dimensions(on));
  toggle("#tool-explode", (on) => viewer.explode(on));
  el.querySelector("#tool-turn").addEventListener("click", () => viewer.reset());
  el.querySelector("#tool-link").addEventListener("click", () => copyLink(el, form));
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=range]), textarea, select") || event.ctrlKey || event.metaKey) return;
    const id = { m: "#tool-dims", e: "#tool-explode", 0: "#tool-turn" }[event.key];
    if (id) el.querySelector(id).click();
  });
}

async function copyLink(el, form) {
  const url = `${location.origin}${location.pathname}?${form.query()}`;
  try {
    await navigator.clipboard.writeText(url);
    say("Link copied. It always gives this design.");
  } catch {
    window.prompt("Copy this link", url);
  }
}

mount(document.getElementById("configurator"));
