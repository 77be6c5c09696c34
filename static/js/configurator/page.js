// The configurator page: the form leads, the solid follows.
import { say } from "../site.js";
import { ask } from "./asking.js";
import { mountForm } from "./form.js";
import { mountHistory } from "./history.js";
import { mountSuggest } from "./suggest.js";
import { mountUploads } from "./upload.js";
import { mountSaving } from "./saving.js";
import { mountCompare, mountTools } from "./tools.js";
import { mountViewer } from "./viewer.js";
import { follow } from "./solids.js";

/** Wire one configurator. */
export function mount(el) {
  const form = mountForm(el.querySelector("#design"));
  const viewer = mountViewer(el.querySelector("#view"), JSON.parse(el.querySelector("#bednote").dataset.machines));
  mountUploads(el, form);
  const history = mountHistory(form, el);
  mountSuggest(el, form);
  const solids = follow(el.dataset.solid, el.dataset.picture, viewer);

  form.on("drag", () => solids.draft(form.query()));
  const panels = ask(el, form);
  form.on("stale", panels.stale);
  form.on("settle", () => {
    solids.full(form.query());
    history.push();
    markPreset(el, form);
    panels.settled();
    const origin = el.querySelector("#origin");
    if (origin) window.htmx.trigger(origin, "settled");
  });
  form.on("colour", (hex) => { viewer.paint(hex); markDark(el, form); });
  wireTools(el, viewer, form);
  mountTools(el, viewer);
  mountCompare(el, form);
  const leave = mountSaving(el, form, history);
  el.addEventListener("click", (event) => onClick(event, form, leave));
  // The colours on the shelf depend on the material: the server knows them.
  form.on("material", () => history.material());

  markPreset(el, form);
  markDark(el, form);
  viewer.wear(new URLSearchParams(form.query()).get("material"));
  viewer.paint(form.colour());
  solids.full(form.query());
}

/** The preset that the design is just now. */
function markPreset(el, form) {
  for (const preset of el.querySelectorAll("[data-preset]")) {
    if (form.is(new URLSearchParams(preset.dataset.preset))) preset.setAttribute("aria-current", "true");
    else preset.removeAttribute("aria-current");
  }
}

/** Where a dark colour does not serve, that is said beside the colours. */
function markDark(el, form) {
  const note = el.querySelector("#darknote");
  if (note) note.hidden = !el.querySelector("[name=colour]:checked")?.hasAttribute("data-dark");
}

function onClick(event, form, leave) {
  const file = event.target.closest("[data-file]");
  if (file) file.search = form.query(); // as it stands now, not as it was when the page came
  const cure = event.target.closest("[data-set]");
  if (cure) form.set(cure.dataset.set, cure.dataset.value);
  const preset = event.target.closest("[data-preset]");
  if (preset && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    leave();
    form.load(new URLSearchParams(preset.dataset.preset), true);
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
  toggle("#tool-lamp", (on) => viewer.lamp(on));
  el.querySelector("#tool-turn").addEventListener("click", () => viewer.reset());
  el.querySelector("#tool-photo").addEventListener("click", () => savePicture(el, viewer));
  el.querySelector("#tool-link").addEventListener("click", () => copyLink(el, form));
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input:not([type=range]), textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = { m: "dims", e: "explode", x: "section", b: "bed", l: "lamp", c: "compare", p: "photo", 0: "turn" }[event.key.toLowerCase()];
    const tool = id && el.querySelector(`#tool-${id}`);
    if (tool && !tool.hidden) tool.click();
  });
}

/** The view as it stands, as a PNG. */
async function savePicture(el, viewer) {
  const link = document.createElement("a");
  link.href = await viewer.picture();
  link.download = `${el.dataset.slug}.png`;
  link.click();
  if (link.href.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function copyLink(el, form) {
  const url = await frozen(el, form);
  try {
    await navigator.clipboard.writeText(url);
    say("Link copied. It always gives this design.");
  } catch {
    window.prompt("Copy this link", url);
  }
}

/** The address of this very design, kept by the server; the page's own address where that fails. */
async function frozen(el, form) {
  const { material, colour, quantity, saved, from = "", ...params } = Object.fromEntries(new URLSearchParams(form.query()));
  const keep = (remixed_from) => fetch(el.dataset.keep, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
    body: JSON.stringify({ material, colour, params, remixed_from }),
  });
  try {
    let reply = await keep(from);
    // What it was made from may be forgotten by now: the design itself is kept all the same.
    if (!reply.ok && from) reply = await keep("");
    if (reply.ok) return `${(await reply.json()).page}?${new URLSearchParams({ material, colour, quantity })}`;
  } catch { /* without an answer the page's own address has to do */ }
  return `${location.origin}${location.pathname}?${form.query()}`;
}

mount(document.getElementById("configurator"));
