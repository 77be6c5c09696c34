// A cut through the part: what is in front of the plane is taken away, the cut face is solid and hatched.
import {
  AlwaysStencilFunc, BackSide, Color, DecrementWrapStencilOp, DoubleSide, FrontSide, IncrementWrapStencilOp, Mesh,
  MeshBasicMaterial, NotEqualStencilFunc, Plane, PlaneGeometry, ReplaceStencilOp, Vector3,
} from "../../vendor/three-0.187.0.min.js";
import { hatched, inkOn } from "./looks.js";

// Width, depth and height of the part in the scene, where y is up; depth is counted from the front.
const AXES = { x: new Vector3(1, 0, 0), y: new Vector3(0, 0, -1), z: new Vector3(0, 1, 0) };
// What the first look would see away: the right, the front, the top.
const USUAL = { x: 1, y: -1, z: 1 };

const LIGHT = new Color("#fff");

/** One cutting plane of a viewer. Faces of a closed part are counted in the stencil: where more
 * backs than fronts are behind the plane, there is material, and its cap is drawn. */
export class Section {
  constructor(scene) {
    this.scene = scene;
    this.on = false;
    this.axis = "y";
    this.at = { x: null, y: null, z: null };
    this.flipped = false;
    this.plane = new Plane(new Vector3(0, 0, -1), 0);
    this.planes = [this.plane];
    this.counts = [[BackSide, IncrementWrapStencilOp], [FrontSide, DecrementWrapStencilOp]].map(([side, op]) => new MeshBasicMaterial({
      side, clippingPlanes: this.planes, depthWrite: false, depthTest: false, colorWrite: false,
      stencilWrite: true, stencilFunc: AlwaysStencilFunc, stencilFail: op, stencilZFail: op, stencilZPass: op,
    }));
    this.face = capFace();
    this.faces = new Map(); // of parts that have a colour of their own
    this.sheet = new PlaneGeometry(1, 1);
    this.helpers = [];
  }

  /** The materials that the plane cuts. */
  cuts(materials) {
    for (const material of materials) {
      material.clippingPlanes = this.on ? this.planes : null;
      material.clipShadows = true;
    }
  }

  paint(color) {
    tint(this.face, color);
  }

  /** What a part's cut shows. */
  faceOf(part) {
    const { shade } = part.userData;
    if (!shade) return this.face;
    if (!this.faces.has(shade)) this.faces.set(shade, tint(capFace(), new Color(shade)));
    return this.faces.get(shade);
  }

  /** Count the faces of each part on its own, and give each its cap. */
  attach(model) {
    this.detach();
    if (!this.on) return;
    const meshes = [];
    model.traverse((node) => { if (node.isMesh) meshes.push(node); });
    const parts = new Map();
    for (const mesh of meshes) {
      const part = partOf(mesh, model);
      parts.set(part, [...(parts.get(part) || []), mesh]);
    }
    let order = 1;
    for (const [part, own] of parts) {
      for (const mesh of own) {
        for (const material of this.counts) this.put(new Mesh(mesh.geometry, material), mesh, order);
        mesh.renderOrder = 1000;
      }
      // What is printed in a second colour is capped first, between two heights; the rest is left.
      if (part.userData.second_mm) this.cap(this.bandOf(part), order + 0.4);
      const cap = this.cap(this.faceOf(part), order + 0.5);
      cap.onAfterRender = (renderer) => renderer.clearStencil();
      order += 1;
    }
  }

  cap(face, order) {
    const cap = new Mesh(this.sheet, face);
    cap.userData.cap = true;
    this.put(cap, this.scene, order);
    return cap;
  }

  /** What the cut shows of the band of heights of a part that is printed in a second colour. */
  bandOf(part) {
    part.updateWorldMatrix(true, false);
    const { second_mm: band, second_shade: shade } = part.userData;
    const [low, high] = band.map((z) => part.localToWorld(new Vector3(0, 0, z)).y).sort((a, b) => a - b);
    const key = `band ${part.name}`;
    const face = tint(this.faces.get(key) ?? capFace(), new Color(shade));
    face.clippingPlanes = [new Plane(new Vector3(0, 1, 0), -low), new Plane(new Vector3(0, -1, 0), high)];
    this.faces.set(key, face);
    return face;
  }

  put(helper, parent, order) {
    helper.renderOrder = order;
    helper.userData.helper = true;
    parent.add(helper);
    this.helpers.push(helper);
  }

  detach() {
    for (const helper of this.helpers) helper.removeFromParent();
    this.helpers = [];
  }

  /** [from, to, now] along the axis in mm, for a box in metres; `now` is put inside. */
  range(box) {
    const size = lengths(box)[this.axis] * 1000;
    const at = Math.min(size, Math.max(0, this.at[this.axis] ?? size / 2));
    return [0, size, at];
  }

  /** Put the plane and its caps where they belong in a box (metres). */
  place(box) {
    const axis = AXES[this.axis];
    const middle = box.getCenter(new Vector3());
    const size = lengths(box);
    const along = this.range(box)[2] / 1000 - size[this.axis] / 2;
    const point = middle.clone().addScaledVector(axis, along);
    const away = (this.flipped ? -1 : 1) * USUAL[this.axis];
    this.plane.setFromNormalAndCoplanarPoint(axis.clone().multiplyScalar(-away), point);
    const reach = Math.hypot(size.x, size.y, size.z) * 1.2;
    for (const face of [this.face, ...this.faces.values()]) face.userData.pitch.value = Math.max(0.8, reach * 1000 / 100);
    for (const cap of this.helpers) {
      if (!cap.userData.cap) continue;
      cap.position.copy(point);
      cap.lookAt(point.clone().add(axis));
      cap.scale.setScalar(reach * 2);
    }
  }
}

const lengths = (box) => ({ x: box.max.x - box.min.x, y: box.max.z - box.min.z, z: box.max.y - box.min.y });

function capFace() {
  return Object.assign(hatched(), {
    side: DoubleSide, stencilWrite: true, stencilRef: 0, stencilFunc: NotEqualStencilFunc,
    stencilFail: ReplaceStencilOp, stencilZFail: ReplaceStencilOp, stencilZPass: ReplaceStencilOp,
  });
}

function tint(face, color) {
  face.color.copy(color).lerp(LIGHT, 0.06); // a fresh cut is paler than the skin
  inkOn(color, face.userData.ink.value);
  return face;
}

/** The part's node above a mesh: the one that knows its home. */
export function partOf(mesh, model) {
  let node = mesh;
  while (node !== model && !node.userData.home) node = node.parent;
  return node;
}
