// Normals for a solid that comes without them: smooth over curves, broken at creases.
import { Float32BufferAttribute } from "../../vendor/three-0.187.0.min.js";

const CREASE = Math.cos((32 * Math.PI) / 180); // as CREASE_DEG on the server

/** Give every geometry of a model normals; the primitives of one part are shaded together. */
export function shade(model) {
  const parts = new Map(); // primitives of one part share their positions
  model.traverse(({ geometry }) => {
    if (!geometry || geometry.attributes.normal) return;
    const { position } = geometry.attributes;
    if (!parts.has(position)) parts.set(position, new Set());
    parts.get(position).add(geometry);
  });
  for (const [position, geometries] of parts) shadePart(position, [...geometries]);
}

function shadePart(position, geometries) {
  const points = new Float32Array(position.count * 3);
  for (let at = 0; at < position.count; at += 1) {
    points[3 * at] = position.getX(at);
    points[3 * at + 1] = position.getY(at);
    points[3 * at + 2] = position.getZ(at);
  }
  const faces = joined(geometries.map((geometry) => geometry.index.array));
  const across = crosses(points, faces);
  const grouped = geometries.every((geometry) => geometry.userData.smooth);
  const labels = grouped ? byGroup(geometries, faces) : byAngle(faces, across, position.count);
  const { number, source } = numbered(faces, labels, position.count);
  replace(geometries, { points, number, source, normals: averaged(number, across, source.length) });
}

function joined(arrays) {
  const all = new Uint32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** The normal of each face, as long as twice its area. */
function crosses(points, faces) {
  const across = new Float32Array(faces.length);
  for (let at = 0; at < faces.length; at += 3) {
    const [a, b, c] = [3 * faces[at], 3 * faces[at + 1], 3 * faces[at + 2]];
    const [ux, uy, uz] = [points[b] - points[a], points[b + 1] - points[a + 1], points[b + 2] - points[a + 2]];
    const [vx, vy, vz] = [points[c] - points[a], points[c + 1] - points[a + 1], points[c + 2] - points[a + 2]];
    across[at] = uy * vz - uz * vy;
    across[at + 1] = uz * vx - ux * vz;
    across[at + 2] = ux * vy - uy * vx;
  }
  return across;
}

/** A label for each corner of a face: its group's number; faces stand in the order of the groups. */
function byGroup(geometries, faces) {
  const labels = new Int32Array(faces.length);
  let at = 0;
  for (const geometry of geometries) {
    geometry.userData.smooth.forEach((count, group) => {
      labels.fill(group, at, at + 3 * count);
      at += 3 * count;
    });
  }
  return labels;
}

/** A label for each corner of a face: corners that meet across edges flatter than a crease have the same. */
function byAngle(faces, across, vertices) {
  const parent = Int32Array.from(faces.keys());
  const root = (at) => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]];
    return at;
  };
  const size = new Float32Array(faces.length / 3);
  for (let face = 0; face < size.length; face += 1) {
    size[face] = Math.hypot(across[3 * face], across[3 * face + 1], across[3 * face + 2]);
  }
  const half = new Map(); // the corner that an edge starts from, by its two ends
  for (let at = 0; at < faces.length; at += 1) {
    const next = at % 3 === 2 ? at - 2 : at + 1;
    const [low, high] = faces[at] < faces[next] ? [faces[at], faces[next]] : [faces[next], faces[at]];
    const other = half.get(low * vertices + high);
    if (other === undefined) {
      half.set(low * vertices + high, at);
      continue;
    }
    const [one, two] = [at - (at % 3), other - (other % 3)];
    const facing = across[one] * across[two] + across[one + 1] * across[two + 1] + across[one + 2] * across[two + 2];
    if (facing <= CREASE * size[one / 3] * size[two / 3]) continue;
    // One face runs along the edge as the other runs back: each one's start meets the other's end.
    parent[root(at)] = root(other % 3 === 2 ? other - 2 : other + 1);
    parent[root(next)] = root(other);
  }
  return Int32Array.from(parent, (_, at) => root(at));
}

/** The number of a new vertex for each corner, and the vertex that each of those comes from. */
function numbered(faces, labels, vertices) {
  const number = new Uint32Array(faces.length);
  const [source, label, further] = [[], [], []];
  const first = new Int32Array(vertices).fill(-1); // of the new vertices that come from each
  for (let at = 0; at < faces.length; at += 1) {
    let known = first[faces[at]];
    while (known >= 0 && label[known] !== labels[at]) known = further[known];
    if (known < 0) {
      known = source.length;
      source.push(faces[at]);
      label.push(labels[at]);
      further.push(first[faces[at]]);
      first[faces[at]] = known;
    }
    number[at] = known;
  }
  return { number, source };
}

/** The mean of the faces around each new vertex, by their areas. */
function averaged(number, across, count) {
  const normals = new Float32Array(3 * count);
  for (let at = 0; at < number.length; at += 1) {
    const face = at - (at % 3);
    for (let axis = 0; axis < 3; axis += 1) normals[3 * number[at] + axis] += across[face + axis];
  }
  for (let at = 0; at < normals.length; at += 3) {
    const length = Math.hypot(normals[at], normals[at + 1], normals[at + 2]) || 1;
    for (let axis = 0; axis < 3; axis += 1) normals[at + axis] /= length;
  }
  return normals;
}

function replace(geometries, { points, number, source, normals }) {
  const places = new Float32Array(3 * source.length);
  source.forEach((from, at) => places.set(points.subarray(3 * from, 3 * from + 3), 3 * at));
  const glow = geometries[0].attributes._glow;
  const named = {
    position: new Float32BufferAttribute(places, 3),
    normal: new Float32BufferAttribute(normals, 3),
    ...(glow && { _glow: new Float32BufferAttribute(source.map((from) => glow.getX(from)), 1) }),
  };
  let at = 0;
  for (const geometry of geometries) {
    const count = geometry.index.count;
    for (const [name, attribute] of Object.entries(named)) geometry.setAttribute(name, attribute);
    geometry.setIndex(Array.from(number.subarray(at, at + count)));
    at += count;
  }
}
