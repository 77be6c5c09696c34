// Sizes drawn beside the part as on a drawing: extension lines, a dimension line with its arrows, the
// figure in the page's own type. Width, depth and height of its box, in millimetres.
import { Vector3 } from "../../vendor/three-0.187.0.min.js";

const GAP = 4; // pixels between the part and an extension line
const OUT = 22; // pixels from the part to the dimension line
const OVER = 5; // pixels that an extension line goes on behind it
const SHORTEST = 26; // a dimension line that would be shorter on the screen is not drawn: its figure covers it
const SVG = "http://www.w3.org/2000/svg";
const KINDS = ["extension", "extension", "measure", "arrow", "arrow"];

/** Lines and figures, placed over the canvas. */
export function mountDimensions(el) {
  const drawing = document.createElementNS(SVG, "svg");
  el.append(drawing);
  const marks = [0, 1, 2].map(() => mark(el, drawing));
  return {
    shown: true,
    /** Box in metres (y up), as the scene has it; `sizes` are its exact width, depth and height (mm), where they are known. */
    draw(box, camera, view, sizes) {
      el.hidden = !this.shown || !box;
      if (el.hidden) return;
      spans(box, camera).forEach((span, i) => put(marks[i], span, camera, view, sizes?.[i]));
    },
  };
}

function mark(el, drawing) {
  const paths = KINDS.map((kind) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", kind);
    drawing.append(path);
    return path;
  });
  const label = document.createElement("span");
  label.className = "dim";
  el.append(label);
  return { paths, label };
}

/** The edges of the box that are dimensioned, and the way out of the part at each. */
function spans({ min, max }, camera) {
  const near = camera.position;
  const nearX = Math.abs(near.x - min.x) < Math.abs(near.x - max.x);
  const [x, far] = nearX ? [min.x, max.x] : [max.x, min.x];
  const [z, outZ] = Math.abs(near.z - min.z) < Math.abs(near.z - max.z) ? [min.z, -1] : [max.z, 1];
  const outX = nearX ? -1 : 1;
  return [
    { from: new Vector3(min.x, min.y, z), to: new Vector3(max.x, min.y, z), out: new Vector3(0, 0, outZ) },
    { from: new Vector3(x, min.y, min.z), to: new Vector3(x, min.y, max.z), out: new Vector3(outX, 0, 0) },
    { from: new Vector3(far, min.y, z), to: new Vector3(far, max.y, z), out: new Vector3(-outX, 0, 0) },
  ];
}

function put({ paths, label }, { from, to, out }, camera, view, exact) {
  const middle = from.clone().add(to).multiplyScalar(0.5);
  const away = outwards(middle, out, camera, view);
  const [a, b] = [from, to].map((place) => onScreen(place, camera, view));
  const behind = [a, b].some(({ x, y, z }) => z > 1 || !Number.isFinite(x + y)); // of the eye: what it would show is mirrored
  label.hidden = behind;
  const [c, d] = [a, b].map((end) => add(end, away, OUT));
  const long = Math.hypot(d.x - c.x, d.y - c.y);
  const way = { x: (d.x - c.x) / long, y: (d.y - c.y) / long };
  const shown = !behind && long >= SHORTEST;
  const lines = shown ? [
    line(add(a, away, GAP), add(a, away, OUT + OVER)),
    line(add(b, away, GAP), add(b, away, OUT + OVER)),
    line(c, d),
    arrow(c, way),
    arrow(d, { x: -way.x, y: -way.y }),
  ] : KINDS.map(() => "");
  paths.forEach((path, i) => path.setAttribute("d", lines[i]));
  if (behind) return;
  label.textContent = `${Number((exact ?? from.distanceTo(to) * 1000).toFixed(1))} mm`;
  const x = within((c.x + d.x) / 2, 44, view.clientWidth);
  const y = within((c.y + d.y) / 2, 18, view.clientHeight);
  label.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
}

/** The way out of the part on the screen, one pixel long; downwards where it points at the eye. */
function outwards(middle, out, camera, view) {
  const step = middle.distanceTo(camera.position) / 100;
  const a = onScreen(middle, camera, view);
  const b = onScreen(middle.clone().addScaledVector(out, step), camera, view);
  const long = Math.hypot(b.x - a.x, b.y - a.y);
  return long < 0.5 ? { x: 0, y: 1 } : { x: (b.x - a.x) / long, y: (b.y - a.y) / long };
}

function onScreen(place, camera, view) {
  const at = place.clone().project(camera);
  return { x: ((at.x + 1) / 2) * view.clientWidth, y: ((1 - at.y) / 2) * view.clientHeight, z: at.z };
}

const add = (from, way, long) => ({ x: from.x + way.x * long, y: from.y + way.y * long });
const within = (value, margin, size) => Math.min(size - margin, Math.max(margin, value));
const at = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
const line = (from, to) => `M${at(from)}L${at(to)}`;

/** A filled arrow head at `tip`, opening along `way`. */
function arrow(tip, way) {
  const back = add(tip, way, 7);
  const side = { x: -way.y, y: way.x };
  return `M${at(tip)}L${at(add(back, side, 2))}L${at(add(back, side, -2))}Z`;
}
