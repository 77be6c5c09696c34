// Where there is no WebGL: a picture of the part as it stands, drawn by the server.

/** Takes the place of the viewer; what only 3D can do does nothing here. */
export class Still {
  constructor(el) {
    this.el = el;
    this.img = el.querySelector(".still");
    this.draws = "picture";
    el.setAttribute("aria-label", "A picture of your part, without 3D.");
    for (const id of ["tool-dims", "tool-turn", "tool-explode", "tool-section", "tool-bed"]) document.getElementById(id)?.setAttribute("hidden", "");
    this.words = "This browser shows no 3D. Here is a picture of your part instead; its sizes stand below.";
    this.note(this.words);
  }

  /** Swap the picture for a new one (PNG bytes); the old one's memory is freed. */
  async show(png) {
    const old = this.img.src;
    this.img.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    if (old.startsWith("blob:")) URL.revokeObjectURL(old);
    this.note(this.words);
    this.el.dataset.shown = String(Number(this.el.dataset.shown || 0) + 1);
  }

  note(text) { this.el.querySelector(".viewnote").textContent = text; }
  working(on) { this.el.querySelector(".working")?.toggleAttribute("hidden", !on); }
  dim(on) { this.el.classList.toggle("stale", on); }
  paint() {}
  reset() {}
  dimensions() {}
  explode() {}
  lamp() {}
  wear() {}
  picture() { return Promise.resolve(this.img.src); }
}
