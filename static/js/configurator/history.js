// Undo and redo; the URL always holds the state.

/** Keep the states of the form; Ctrl+Z and Ctrl+Shift+Z walk through them. */
export function mountHistory(form, el) {
  const states = [form.query()];
  let at = 0;
  const [undo, redo] = ["#tool-undo", "#tool-redo"].map((id) => el.querySelector(id));

  function show() {
    undo.disabled = at === 0;
    redo.disabled = at === states.length - 1;
    window.history.replaceState(null, "", `?${states[at]}`);
  }
  function go(step) {
    const next = at + step;
    if (next < 0 || next >= states.length) return;
    at = next;
    form.load(new URLSearchParams(states[at]));
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
  if (new URLSearchParams(location.search).has("fit")) show();

  return {
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
