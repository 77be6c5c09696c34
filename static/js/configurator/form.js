// The form: a slider and a number field show one value; every change is heard in one place.
import { full, hush, keepInRange, remember } from "./limits.js";

/** Wire the form. Events: "stale" at any change, "drag" while a value moves, "settle" when it stands, "colour", "material". */
export function mountForm(el) {
  const heard = {};
  let pause = 0;
  const tell = (name, value) => (heard[name] || []).forEach((f) => f(value));
  const form = {
    on(name, f) { (heard[name] ||= []).push(f); },
    query: () => query(el),
    colour: () => el.querySelector("input[name=colour]:checked")?.dataset.hex || "#c4501b",
    set(name, value) { form.setAll({ [name]: value }); },
    /** Several values in one step that undo takes back at once. */
    setAll(values) { for (const [name, value] of Object.entries(values)) put(el, name, value); rest(el); tell("settle"); },
    /** Whether the design is that of a query, as a preset has it; its colour does not matter. */
    is: (params) => [...el.querySelectorAll("[data-field]")].every((field) => agrees(el, field, params)),
    /** Values that stood here before, as undo has them; or those of a preset, in a thickness that is stocked. */
    load(params, preset = false) { load(el, params, preset); rest(el); tell("colour", form.colour()); tell("settle"); },
  };
  el.addEventListener("input", (event) => {
    if (event.target.type === "file") return; // it counts when it has been read: upload.js
    if (event.target.type === "checkbox") event.target.previousElementSibling.disabled = event.target.checked;
    delete event.target.closest("[data-fault]")?.dataset.fault;
    pair(el, event.target);
    hush(event.target);
    full(event.target);
    tell("stale");
    // What is typed counts after a moment's pause, not only when the field is left.
    clearTimeout(pause);
    if (["text", "number"].includes(event.target.type)) pause = setTimeout(() => event.target.checkValidity() && tell("settle"), 350);
    if (event.target.checkValidity?.() !== false && !["colour", "material"].includes(event.target.name)) tell("drag");
    resets(el);
    rest(el);
  });
  el.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "file") return; // it counts when it has been read: upload.js
    clearTimeout(pause);
    if (input.type === "number") { keepInRange(input); pair(el, input); resets(el); }
    if (input.name === "material") return tell("material");
    if (input.name === "colour") tell("colour", form.colour());
    tell("settle");
  });
  el.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (back) {
      const input = back.closest(".field").querySelector("input[type=number]");
      put(el, input.name, back.dataset.back);
      rest(el);
      input.focus();
      return tell("settle");
    }
    const button = event.target.closest("[data-reset]");
    if (!button) return;
    const field = button.closest("[data-field]");
    put(el, field.dataset.field, field.dataset.default);
    rest(el);
    tell("settle");
  });
  el.addEventListener("submit", (event) => { event.preventDefault(); tell("settle"); });
  for (const slider of el.querySelectorAll("input[type=range]")) fill(slider);
  for (const number of el.querySelectorAll("input[type=number]")) remember(number);
  resets(el);
  return form;
}

/** The whole form as a URL query, without what the page keeps for itself. */
function query(el) {
  const data = new URLSearchParams(new FormData(el));
  data.delete("city");
  return data.toString();
}

/** Slider and number field follow each other. */
function pair(el, input) {
  if (input.type === "range") {
    document.getElementById(input.dataset.for).value = input.value;
    fill(input);
  } else if (input.type === "number") {
    const slider = el.querySelector(`input[data-for="${input.id}"]`);
    if (slider) { slider.value = input.value; fill(slider); }
  }
}

/** How much of the track is filled; read by the style sheet. */
function fill(slider) {
  const share = (slider.value - slider.min) / (slider.max - slider.min || 1);
  slider.style.setProperty("--fill", `${100 * share}%`);
}

function put(el, name, value, preset = false) {
  const input = el.elements[name];
  if (!input) return;
  const first = input instanceof RadioNodeList ? input[input.length - 1] : input;
  if ("own" in first.dataset) own(first, value);
  if (first.type === "checkbox") {
    first.checked = ["1", "true", "True"].includes(String(value));
    first.previousElementSibling.disabled = first.checked;
  } else if (first.type === "radio") {
    choose([...(input instanceof RadioNodeList ? input : [input])], String(value), preset);
  } else {
    input.value = value;
    pair(el, first);
    if (first.type === "number") { remember(first); hush(first); }
  }
  resets(el);
}

/** The radio button of a value, "3" and "3.0" alike. A preset's thickness that this material does not come in is the nearest that it does. */
function choose(radios, value, preset) {
  const sizes = radios[0].closest("[data-sizes]");
  const offered = preset ? radios.filter((radio) => !("lacking" in radio.dataset)) : radios;
  const off = (radio) => Math.abs(Number(radio.value) - Number(value));
  const nearest = sizes ? [...offered].sort((a, b) => off(a) - off(b))[0] : null;
  const found = offered.find((radio) => radio.value === value) ?? nearest;
  if (found) found.checked = true;
}

/** The place for a file of one's own holds the one that a value names; its picture is shown. */
function own(input, value) {
  if (!/^[0-9a-f]{64}$/.test(value)) return;
  const place = input.closest("label");
  const picture = place.querySelector("img");
  input.value = value;
  place.hidden = false;
  if (picture) picture.src = picture.dataset.src.replace("*", value);
}

/** Take all values from a query; a parameter it does not name goes back to its default. */
function load(el, params, preset) {
  for (const field of el.querySelectorAll("[data-field]")) {
    const name = field.dataset.field;
    put(el, name, params.get(name) ?? field.dataset.default, preset);
  }
  for (const name of ["colour", "quantity"]) if (params.has(name)) put(el, name, params.get(name));
}

/** Whether a field has the value of a query, or its default where the query is silent. */
function agrees(el, field, params) {
  const name = field.dataset.field;
  const plain = (value) => ({ True: "1", true: "1", False: "0", false: "0" })[value] ?? value;
  const now = new FormData(el).getAll(name).at(-1) ?? "";
  return same(now, plain(params.get(name) ?? field.dataset.default));
}

/** A field that changes nothing as the others stand is not asked for; its value is kept. */
function rest(el) {
  const values = new FormData(el);
  for (const field of el.querySelectorAll("[data-idle]")) {
    const idle = Object.entries(JSON.parse(field.dataset.idle));
    const now = idle.some(([other, at]) => at.some((value) => same(value, values.getAll(other).at(-1) ?? "")));
    field.hidden = now && !("fault" in field.dataset); // what is wrong with it is said there
  }
  for (const group of el.querySelectorAll(".group")) group.hidden = !group.querySelector(".field:not([hidden])");
}

function resets(el) {
  for (const field of el.querySelectorAll("[data-field]")) {
    const button = field.querySelector("[data-reset]");
    const input = field.querySelector("input[name]:not([type=hidden])");
    if (button && input) button.hidden = same(input.value, field.dataset.default);
  }
}

const same = (a, b) => a === b || (a !== "" && b !== "" && Number(a) === Number(b));
