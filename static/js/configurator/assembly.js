// Parts of one design: put together as in use, or taken apart.

/** The nodes of the parts below the design's root. */
export function partsOf(model) {
  const root = model.getObjectByName("design") || model;
  return root.children.filter((node) => node.userData.home);
}

/** Width, depth and height (mm) of a design of one part as it was measured, before its file rounded it. */
export function exactSizes(model) {
  const [only, ...others] = partsOf(model);
  return others.length || only?.userData.tilt ? undefined : only?.userData.size_mm;
}

/** Remember each part's place on the plate, when the model is new; returns whether there are several. */
export function homeParts(model) {
  const parts = partsOf(model);
  for (const node of parts) node.userData.at = node.position.toArray();
  return parts.length > 1;
}

/** Put the parts together, or side by side as they lie on the plate. */
export function explodeTo(model, apart) {
  for (const node of partsOf(model)) {
    const [x, y, z, turned] = node.userData.home;
    if (apart) {
      node.position.fromArray(node.userData.at);
      node.rotation.set(0, 0, 0);
    } else {
      node.position.set(x, y, z);
      node.rotation.set(turned ? Math.PI : 0, 0, 0);
      if (node.userData.tilt) node.quaternion.fromArray(node.userData.tilt); // it stands up
    }
  }
}
