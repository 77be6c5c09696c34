// The view by keyboard: arrows turn it, plus and minus zoom.
import { Vector3 } from "../../vendor/three-0.187.0.min.js";

export function turnByKey(viewer, event) {
  const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const zoom = { "+": 0.9, "=": 0.9, "-": 1.1 }[event.key];
  if (!turn && !zoom) return;
  event.preventDefault();
  const way = viewer.way();
  if (zoom) way.multiplyScalar(zoom);
  else {
    way.applyAxisAngle(new Vector3(0, 1, 0), turn[0] * 0.15);
    const side = new Vector3().crossVectors(viewer.camera.up, way).normalize();
    way.applyAxisAngle(side, turn[1] * 0.1);
  }
  viewer.touched = true;
  viewer.camera.position.copy(viewer.controls.target).add(way);
  viewer.controls.update();
  viewer.moved();
}
