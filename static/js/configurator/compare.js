// Two designs side by side: one camera for both, at one scale; the server's pictures where there is no 3D.
import { mountViewer } from "./viewer.js";

/** Show the solid of one side. Returns its viewer, or nothing where a picture has to do. */
async function mountSide(el) {
  const viewer = mountViewer(el);
  if (viewer.draws === "picture") {
    viewer.note("");
    return null;
  }
  viewer.wear(el.dataset.material);
  viewer.paint(el.dataset.hex);
  try {
    const answer = await fetch(el.dataset.solid, { headers: { Accept: "model/gltf-binary, application/json" } });
    if (!answer.ok) throw new Error();
    await viewer.show(await answer.arrayBuffer());
    return viewer;
  } catch {
    viewer.note("This one cannot be shown in 3D just now.");
    return null;
  }
}

/** Wire all sides of the page; whatever turns one turns the others. */
export async function mount(root) {
  const sides = [...root.querySelectorAll(".sideview[data-solid]")];
  const viewers = (await Promise.all(sides.map(mountSide))).filter(Boolean);
  const radius = Math.max(...viewers.map((viewer) => viewer.radius));
  for (const viewer of viewers) {
    viewer.leastRadius = radius; // the smaller one looks smaller
    viewer.first.copy(viewers[0].first);
    viewer.reset();
  }
  for (const viewer of viewers) {
    viewer.turned = (way) => { for (const other of viewers) if (other !== viewer) other.follow(way); };
  }
  root.dataset.linked = String(viewers.length);
}

mount(document.getElementById("compare"));
