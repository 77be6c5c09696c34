// Undo and redo; the URL always holds the state.

/** Keep the states of the form; Ctrl+Z and Ctrl+Shift+Z walk through them, over a change of material too. */
export function mountHistory(form, el) {
  // Another material is another page, with the colours that it comes in: the states go along.
  const key = `states:${location.pathname}`;
  const { states, at: begun } = taken(key) ?? { states: [], at: 0 };
  let at = begun;
  states[at] = form.query();
  const [undo, redo] = ["#tool-undo", "#tool-redo"].map((id) => el.querySelector(id));

  function show() {
    undo.disabled = at === 0;
    redo.disabled = at === states.length - 1;
    window.history.replaceState(null, "", `?${states[at]}`);
  }
  function go(step) {
    const next = at + step;
    if (next < 0 || next >= states.length) return;
    const there = new URLSearchParams(states[next]);
    if (there.get("material") !== new URLSearchParams(form.query()).get("material")) return turn(states, next, states[next]);
    at = next;
    form.load(there);
  }
  function turn(kept, now, query) {
    try { sessionStorage.setItem(key, JSON.stringify({ states: kept, at: now })); } catch { /* a browser that keeps nothing has no undo here */ }
    location.search = query;
  }
  undo.addEventListener("click", () => go(-1));
  redo.addEventListener("click", () => go(1));
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    // In a field the browser undoes the typing itself, but not what we have put right there.
    const put = event.target.closest(".field")?.querySelector("[data-said]:not(:empty)");
    if (!put && event.target.matches("input:not([type=range],[type=radio],[type=checkbox])")) return;
    event.preventDefault();
    go(event.shiftKey ? 1 : -1);
  });

  // A thickness that the new material does not come in was changed on the way here.
  if (new URLSearchParams(location.search).has("fit") || begun) show();
  else redo.disabled = at === states.length - 1;

  return {
    /** Go on with another material; the server fits what it does not come in. */
    material() { turn(states.slice(0, at + 1), at + 1, `${form.query()}&fit=1`); },
    /** Remember the form as it stands, unless it is where we are already. */
    push() {
      const now = form.query();
      if (now !== states[at]) {
        states.splice(at + 1, states.length, now);
        if (states.length > 200) states.shift();
        at = states.length - 1;
      }
      show();
    },
  };
}

/** What was left for the next page, once; null where a browser keeps nothing. */
function taken(key) {
  try {
    const left = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    return left;
  } catch { return null; }
}
