// The tools that have a panel of their own: the cut, the bed, the comparison.

/** Wire section and bed of a viewer. Neither is part of the design: the URL does not hold them. */
export function mountTools(el, viewer) {
  if (viewer.draws === "picture") return;
  mountSection(el, viewer);
  mountBed(el, viewer);
}

function mountSection(el, viewer) {
  const { section } = viewer;
  const panel = el.querySelector("#section-panel");
  escapes(panel, el.querySelector("#tool-section"));
  const [slider, number, flip] = ["#cut-slider", "#cut-mm", "#cut-flip"].map((id) => panel.querySelector(id));

  pressed(el.querySelector("#tool-section"), (on) => {
    section.on = on;
    panel.hidden = !on;
    viewer.cut();
  });
  panel.addEventListener("input", (event) => {
    if (event.target.name === "cut-axis") section.axis = event.target.value;
    else if (event.target.value !== "") section.at[section.axis] = Number(event.target.value);
    section.place(viewer.box);
    show(event.target);
    viewer.draw();
  });
  number.addEventListener("change", () => show());
  flip.addEventListener("click", () => {
    section.flipped = !section.flipped;
    flip.setAttribute("aria-pressed", section.flipped);
    section.place(viewer.box);
    viewer.draw();
  });

  /** Slider and number follow the cut; a number that is being typed is left alone. */
  function show(typed) {
    const [from, to, at] = section.range(viewer.box);
    for (const input of [slider, number]) {
      input.min = from;
      input.max = Math.ceil(to * 10) / 10;
      if (input !== typed || input === slider) input.value = at.toFixed(1);
    }
    slider.style.setProperty("--fill", `${(100 * at) / (to || 1)}%`);
  }
  viewer.sectioned = () => { if (section.on && viewer.box && document.activeElement !== number) show(); };
}

function mountBed(el, viewer) {
  const note = el.querySelector("#bednote");
  viewer.said = (text) => { note.textContent = text; };
  pressed(el.querySelector("#tool-bed"), (on) => {
    note.hidden = !on;
    viewer.lay(on);
  });
}

/** A panel of what the design can be compared with; it is read when it is opened, and again when the design changes. */
export function mountCompare(el, form) {
  const panel = el.querySelector("#compare-panel");
  const started = el.querySelector("#started");
  const read = () => window.htmx.trigger(panel, "choose");
  const button = el.querySelector("#tool-compare");
  pressed(button, (on) => {
    panel.hidden = !on;
    if (on) read();
  });
  escapes(panel, button);
  form.on("settle", () => { if (!panel.hidden) read(); });
  el.addEventListener("click", (event) => {
    const preset = event.target.closest("[data-preset]");
    if (preset) started.value = [...el.querySelectorAll("[data-preset]")].indexOf(preset);
  });
}

/** Escape closes a panel and leads back to the button that opened it. */
function escapes(panel, button) {
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    button.click();
    button.focus();
  });
}

function pressed(button, act) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", on);
    act(on);
  });
}
