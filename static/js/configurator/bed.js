// The bed of a machine of the network, with a grid in millimetres, and the parts as they lie on it.
import {
  Box3, BufferGeometry, Float32BufferAttribute, Group, LineBasicMaterial, LineSegments, Mesh, MeshStandardMaterial,
  PlaneGeometry, Vector3,
} from "../../vendor/three-0.187.0.min.js";

const APART = 60; // mm between the beds of two kinds of machine

/**
 * Machines are { name, x, y, z, margin, works } in mm; `works` are the slugs of the materials that they make parts of,
 * "" for what the customer chooses. Without it they make all.
 */
export class Bed {
  constructor(scene, machines) {
    this.scene = scene;
    this.machines = machines;
    this.group = null;
    this.hidden = [];
    this.on = false;
  }

  /** Lay each part of a model on a bed of a machine that makes it; returns what is to be said of it. */
  lay(nodes) {
    this.clear();
    this.group = new Group();
    const kinds = byKind(nodes, this.machines);
    if (!kinds.some((kind) => kind.machines.length)) return "No machine of our network makes this yet.";
    let left = 0;
    const said = kinds.map(({ nodes: some, machines }) => {
      const parts = some.map(footprint);
      const found = choose(parts, machines);
      const names = kinds.length > 1 ? parts.map((part) => part.name).join(", ") : "";
      if (!found) return this.nowhere(some, names);
      const middle = left && left + APART + found.machine.x / 2;
      left = middle + found.machine.x / 2;
      const box = this.put(some, parts, found, middle);
      return (names && `${upper(names)}: `) + told(parts, found, box);
    });
    this.scene.add(this.group);
    return `${said.join(" ")} Thin lines are 10 mm apart, thick ones 50 mm.`;
  }

  /** Parts that no machine of ours makes are not laid on another's bed. */
  nowhere(nodes, names) {
    for (const node of nodes) node.visible = false;
    this.hidden.push(...nodes);
    return `No machine of our network makes ${names} yet.`;
  }

  put(nodes, parts, { machine, turned }, middle) {
    const box = around(parts, turned);
    nodes.forEach((node, i) => {
      const [x, y] = turned ? [-parts[i].y, parts[i].x] : [parts[i].x, parts[i].y];
      node.position.set(middle + x - (box.left + box.right) / 2, y - (box.low + box.high) / 2, 0);
      node.rotation.set(0, 0, turned ? Math.PI / 2 : 0);
    });
    this.build(machine, nodes, parts.map((part) => !holds(machine, part)), middle);
    return box;
  }

  build(machine, nodes, out, middle) {
    const { group } = this;
    const plate = new Mesh(new PlaneGeometry(machine.x / 1000, machine.y / 1000), gridded(machine));
    plate.rotation.x = -Math.PI / 2;
    plate.position.set(middle / 1000, -0.0002, 0);
    plate.receiveShadow = true;
    plate.name = "plate";
    const walls = frame(machine.x, machine.y, machine.z, "#8b8377", 0.35);
    walls.position.x = middle / 1000;
    group.add(plate, walls);
    nodes.forEach((node, i) => {
      if (!out[i]) return;
      const size = node.userData.size_mm;
      const edges = frame(node.rotation.z ? size[1] : size[0], node.rotation.z ? size[0] : size[1], size[2], "#d21f12", 1);
      edges.position.set(node.position.x / 1000, 0, -node.position.y / 1000);
      group.add(edges);
    });
  }

  /** What the camera should see: the plates and what stands on them (metres). */
  box(model) {
    const box = model.clone();
    for (const plate of this.group?.children.filter((one) => one.name === "plate") ?? []) box.union(new Box3().setFromObject(plate));
    return box;
  }

  clear() {
    for (const node of this.hidden.splice(0)) node.visible = true;
    if (!this.group) return;
    this.scene.remove(this.group);
    this.group.traverse((node) => { node.geometry?.dispose(); node.material?.dispose(); });
    this.group = null;
  }
}

function footprint(node) {
  const [x, y] = node.userData.at;
  const [width, depth, height] = node.userData.size_mm;
  return { name: node.name, x, y, width, depth, height };
}

/** The parts by the machines that make them: [{ nodes, machines }], those of the customer's own material first. */
export function byKind(nodes, machines) {
  const kinds = new Map();
  const own = (node) => node.userData.material || "";
  for (const node of [...nodes].sort((a, b) => Boolean(own(a)) - Boolean(own(b)))) {
    const able = machines.filter((machine) => (machine.works?.includes(own(node)) ?? true) && (machine.two_colours || !node.userData.second_shade));
    const key = able.map((machine) => machines.indexOf(machine)).join();
    if (!kinds.has(key)) kinds.set(key, { nodes: [], machines: able });
    kinds.get(key).nodes.push(node);
  }
  return [...kinds.values()];
}

const upper = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** The rectangle in which the parts lie, turned by a quarter or not. */
function around(parts, turned) {
  const box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  for (const part of parts) {
    const [x, y, w, d] = turned ? [-part.y, part.x, part.depth, part.width] : [part.x, part.y, part.width, part.depth];
    box.left = Math.min(box.left, x - w / 2);
    box.right = Math.max(box.right, x + w / 2);
    box.low = Math.min(box.low, y - d / 2);
    box.high = Math.max(box.high, y + d / 2);
  }
  return box;
}

/** Whether one part fits, as it lies or turned by a quarter: the same rule as the server's check. */
function holds(machine, part) {
  const room = [machine.x - 2 * machine.margin, machine.y - 2 * machine.margin].sort((a, b) => a - b);
  const size = [part.width, part.depth].sort((a, b) => a - b);
  return size[0] <= room[0] + 1e-6 && size[1] <= room[1] + 1e-6 && part.height <= machine.z + 1e-6;
}

/** The smallest machine on which all lie together; else that holds each; else the largest. */
export function choose(parts, machines) {
  const bySize = [...machines].sort((a, b) => a.x * a.y - b.x * b.y);
  for (const machine of bySize) {
    if (!parts.every((part) => holds(machine, part))) continue;
    for (const turned of [false, true]) if (together(machine, parts, turned)) return { machine, turned, fits: "together" };
  }
  const single = bySize.find((machine) => parts.every((part) => holds(machine, part)));
  if (single) return { machine: single, turned: longWay(single, parts), fits: "singly" };
  const largest = [...machines].sort((a, b) => b.x * b.y * b.z - a.x * a.y * a.z)[0];
  return largest && { machine: largest, turned: longWay(largest, parts), fits: "not" };
}

function together(machine, parts, turned) {
  const box = around(parts, turned);
  return box.right - box.left <= machine.x - 2 * machine.margin && box.high - box.low <= machine.y - 2 * machine.margin;
}

/** Whether a quarter turn brings the long side of the parts along the long side of the bed. */
function longWay(machine, parts) {
  const box = around(parts, false);
  return (box.right - box.left > box.high - box.low) !== (machine.x >= machine.y);
}

const mm = (value) => Number(value.toFixed(1));
const sizes = (x, y, z) => `${mm(x)} × ${mm(y)} × ${mm(z)} mm`;

function told(parts, { machine, fits }, box) {
  const bed = `${machine.name}: its bed is ${mm(machine.x)} × ${mm(machine.y)} mm, ${mm(machine.z)} mm high`;
  if (fits === "together") return `As it is made, on the ${bed}.`;
  const width = `${mm(box.right - box.left)} × ${mm(box.high - box.low)} mm`;
  if (fits === "singly") return `Each part fits the ${bed}. Side by side they take ${width}, so they are made one after the other.`;
  const out = parts.filter((part) => !holds(machine, part)).map((part) => `${part.name} (${sizes(part.width, part.depth, part.height)})`);
  return `Too large for the largest machine of our network, the ${bed}. What sticks out is framed in red: ${out.join(", ")}.`;
}

/** A box of lines that stands on the bed; mm. */
function frame(x, y, z, color, opacity) {
  const [w, h, d] = [x / 2000, z / 1000, y / 2000];
  const corners = [[-w, -d], [w, -d], [w, d], [-w, d]];
  const points = [];
  corners.forEach(([a, b], i) => {
    const [c, e] = corners[(i + 1) % 4];
    points.push(a, 0, b, c, 0, e, a, h, b, c, h, e, a, 0, b, a, h, b);
  });
  const lines = new BufferGeometry();
  lines.setAttribute("position", new Float32BufferAttribute(points, 3));
  return new LineSegments(lines, new LineBasicMaterial({ color, transparent: opacity < 1, opacity }));
}

/** The plate: a line each millimetre where they can be told apart, a stronger one each ten, from its front left corner. */
function gridded(machine) {
  const night = matchMedia("(prefers-color-scheme: dark)").matches;
  const material = new MeshStandardMaterial({ color: night ? "#3b3732" : "#cfc8bc", roughness: 0.85, metalness: 0 });
  material.customProgramCacheKey = () => "plate";
  material.onBeforeCompile = (shader) => {
    shader.uniforms.uCorner = { value: new Vector3(machine.x / 2, machine.y / 2, night ? 0.42 : 0.0) };
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying vec2 vMm;")
      .replace("#include <project_vertex>", "#include <project_vertex>\nvMm = transformed.xy * 1000.0;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>
        varying vec2 vMm; uniform vec3 uCorner;
        float grid(vec2 at, float thick) {
          vec2 width = fwidth(at);
          vec2 line = 1.0 - smoothstep(width * thick, width * (thick + 1.0), abs(fract(at - 0.5) - 0.5));
          return max(line.x, line.y) * (1.0 - smoothstep(0.15, 0.4, max(width.x, width.y)));
        }`)
      .replace("#include <color_fragment>", `#include <color_fragment>
        vec2 at = vMm + uCorner.xy;
        float lines = max(0.14 * grid(at, 0.0), max(0.34 * grid(at / 10.0, 0.2), 0.6 * grid(at / 50.0, 0.5)));
        diffuseColor.rgb = mix(diffuseColor.rgb, vec3(uCorner.z), lines);`);
  };
  return material;
}
