// A number that cannot be: the field takes the nearest that can, says so, and offers the way back.

/** The value stands: a later mistake can go back to it. */
export function remember(input) { if (input.checkValidity()) input.dataset.stood = input.value; }

/** Nothing more to say beside this field. */
export function hush(input) { said(input)?.replaceChildren(); }

/** Put a number right where it must be; what was done stands beside the field, and is read out. */
export function keepInRange(input) {
  const before = input.dataset.stood ?? input.defaultValue;
  const [value, why] = nearest(input, before);
  input.value = value;
  remember(input);
  if (!why) return;
  const words = `${why}; set to ${withUnit(input, value)}.`;
  said(input)?.replaceChildren(words, ...(Number(before) === Number(value) ? [] : [" ", wayBack(input, before)]));
}

/** A text that has reached its longest: what is typed beyond it is not taken, so the field says so. */
export function full(input) {
  if (input.type !== "text" || input.maxLength < 1 || input.value.length < input.maxLength) return;
  said(input)?.replaceChildren(`There is room for ${input.maxLength} characters; it is full.`);
}

/** [what the field can hold, why not what was typed]; "" where it can hold it. */
function nearest(input, before) {
  const [typed, min, max, step] = [input.value, input.min, input.max, input.step].map((text) => (text === "" ? NaN : Number(text)));
  if (Number.isNaN(typed)) return [before, "That is not a number"];
  if (typed < min) return [input.min, `Smallest is ${withUnit(input, input.min)}`];
  if (typed > max) return [input.max, `Largest is ${withUnit(input, input.max)}`];
  if (!input.validity.stepMismatch) return [input.value, ""];
  const decimals = (input.step.split(".")[1] || "").length;
  const onStep = (min + Math.round((typed - min) / step) * step).toFixed(decimals);
  return [onStep, input.name === "quantity" ? "Only whole pieces can be made" : `It goes in steps of ${withUnit(input, input.step)}`];
}

function withUnit(input, value) {
  const unit = input.closest(".value")?.querySelector(".unit")?.textContent.replace("×", "") || "";
  return `${Number(value)}${unit && !"°%".includes(unit) ? " " : ""}${unit}`;
}

function wayBack(input, before) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linklike";
  button.dataset.back = before;
  button.textContent = `Back to ${withUnit(input, before)}`;
  return button;
}

function said(input) { return input.closest(".field")?.querySelector("[data-said]"); }
