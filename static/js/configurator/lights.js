// One light for every part: a room, a sun with its shadow, a ground; calmer in the dark.
import {
  DirectionalLight, HemisphereLight, Mesh, PlaneGeometry, PMREMGenerator, RoomEnvironment, ShadowMaterial, Vector3,
} from "../../vendor/three-0.187.0.min.js";

const BESIDE = (16 * Math.PI) / 180; // how far to the right of whoever looks the sun stands
const HIGH = 1.5, AWAY = 1.14;
const ROOM_TURN = (24 * Math.PI) / 180; // of a view whose colours the room suits as it stands

/**
 * Light a scene that is first looked at from `first`; `around(box, radius)` moves light and ground to a part.
 * Sun and room turn with that view: a part that shows its back first is lit from there.
 */
export function light(renderer, scene, first, redraw) {
  const turn = Math.atan2(first.x, first.z);
  const room = new PMREMGenerator(renderer);
  scene.environment = room.fromScene(new RoomEnvironment(), 0.04).texture;
  scene.environmentRotation.y = turn - ROOM_TURN;
  room.dispose();
  const sky = new HemisphereLight("#ffffff", "#c9bfae", 0.4);
  const sun = new DirectionalLight("#fffaf3", 1.6);
  sun.castShadow = true;
  sun.shadow.mapSize.set(1024, 1024);
  sun.shadow.radius = 6;
  sun.shadow.bias = -0.0004;
  const ground = new Mesh(new PlaneGeometry(1, 1), new ShadowMaterial({ opacity: 0.22 }));
  ground.rotation.x = -Math.PI / 2;
  ground.receiveShadow = true;
  scene.add(sky, sun, sun.target, ground);

  // Together as bright that the face most is seen of has the colour of its swatch.
  const night = matchMedia("(prefers-color-scheme: dark)");
  const dim = () => {
    scene.environmentIntensity = night.matches ? 0.5 : 0.45;
    sun.intensity = night.matches ? 1.5 : 1.6;
    sky.groundColor.set(night.matches ? "#4a443c" : "#c9bfae");
    ground.material.opacity = night.matches ? 0.5 : 0.22;
    redraw();
  };
  night.addEventListener("change", dim);
  dim();

  return {
    around(box, radius) {
      const middle = box.getCenter(new Vector3());
      ground.position.set(middle.x, box.min.y, middle.z);
      ground.scale.setScalar(radius * 14);
      sun.position.copy(middle).add(new Vector3(Math.sin(turn + BESIDE) * AWAY, HIGH, Math.cos(turn + BESIDE) * AWAY).multiplyScalar(radius * 2.2));
      sun.target.position.copy(middle);
      const shadow = sun.shadow.camera;
      shadow.left = shadow.bottom = -radius * 1.6;
      shadow.right = shadow.top = radius * 1.6;
      shadow.near = radius * 0.1;
      shadow.far = radius * 10;
      shadow.updateProjectionMatrix();
    },
  };
}
