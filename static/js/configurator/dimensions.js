// Sizes drawn on the part: width, depth and height of its box, in millimetres.
import { Vector3 } from "../../vendor/three-0.187.0.min.js";

/** Labels in the page's own type, placed over the canvas. */
export function mountDimensions(el) {
  const labels = ["x", "y", "z"].map(() => {
    const label = document.createElement("span");
    label.className = "dim";
    el.append(label);
    return label;
  });
  return {
    shown: true,
    /** Box in metres (y up), as the scene has it. */
    draw(box, camera, view) {
      el.hidden = !this.shown || !box;
      if (!this.shown || !box) return;
      const { min, max } = box;
      const near = camera.position;
      const x = Math.abs(near.x - min.x) < Math.abs(near.x - max.x) ? min.x : max.x;
      const z = Math.abs(near.z - min.z) < Math.abs(near.z - max.z) ? min.z : max.z;
      const far = x === min.x ? max.x : min.x;
      const middle = box.getCenter(new Vector3());
      const places = [new Vector3(middle.x, min.y, z), new Vector3(x, min.y, middle.z), new Vector3(far, middle.y, z)];
      const sizes = [max.x - min.x, max.z - min.z, max.y - min.y];
      labels.forEach((label, i) => put(label, places[i], sizes[i], camera, view));
    },
  };
}

function put(label, place, size, camera, view) {
  const at = place.clone().project(camera);
  label.textContent = `${Number((size * 1000).toFixed(1))} mm`;
  const x = Math.min(view.clientWidth - 44, Math.max(44, ((at.x + 1) / 2) * view.clientWidth));
  const y = Math.min(view.clientHeight - 18, Math.max(18, ((1 - at.y) / 2) * view.clientHeight));
  label.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
}
