// The 3D view: a part on a quiet stage.
import {
  ACESFilmicToneMapping, Box3, DirectionalLight, GLTFLoader, HemisphereLight, Mesh, MeshStandardMaterial,
  OrbitControls, PCFShadowMap, PerspectiveCamera, PlaneGeometry, PMREMGenerator, RoomEnvironment, Scene,
  ShadowMaterial, Vector3, WebGLRenderer,
} from "../../vendor/three-0.187.0.min.js";
import { mountDimensions } from "./dimensions.js";
import { explodeTo, homeParts } from "./assembly.js";
import { Still } from "./still.js";

/** The direction a family is looked at first, from its own angles (degrees about the vertical, above the horizon). */
function firstView(el) {
  const [turn, height] = [el.dataset.turn, el.dataset.height].map((deg) => (Number(deg) * Math.PI) / 180);
  return new Vector3(Math.sin(turn) * Math.cos(height), Math.sin(height), Math.cos(turn) * Math.cos(height));
}

/** Mount a viewer, or the server's pictures where there is no WebGL. */
export function mountViewer(el) {
  try {
    return new Viewer(el);
  } catch {
    return new Still(el);
  }
}

class Viewer {
  constructor(el) {
    this.el = el;
    this.first = firstView(el);
    this.canvas = el.querySelector("#canvas");
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.toneMapping = ACESFilmicToneMapping;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(28, 1, 0.001, 20);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.enableDamping = false;
    this.controls.maxPolarAngle = Math.PI * 0.53;
    this.controls.addEventListener("change", () => this.draw());
    this.controls.addEventListener("start", () => { this.touched = true; });
    this.part = new MeshStandardMaterial({ roughness: 0.52, metalness: 0 });
    this.faults = {
      "fault-weak": new MeshStandardMaterial({ color: "#e8b400", roughness: 0.6 }),
      "fault-impossible": new MeshStandardMaterial({ color: "#d21f12", roughness: 0.6 }),
    };
    this.loader = new GLTFLoader();
    this.dims = mountDimensions(el.querySelector("#dims"));
    this.light();
    new ResizeObserver(() => this.resize()).observe(el);
    el.addEventListener("keydown", (event) => this.key(event));
  }

  light() {
    const room = new PMREMGenerator(this.renderer);
    this.scene.environment = room.fromScene(new RoomEnvironment(), 0.04).texture;
    this.scene.environmentIntensity = 0.42;
    room.dispose();
    this.scene.add(new HemisphereLight("#ffffff", "#c9bfae", 0.5));
    this.sun = new DirectionalLight("#fff6ea", 2.3);
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(1024, 1024);
    this.sun.shadow.radius = 6;
    this.sun.shadow.bias = -0.0004;
    this.scene.add(this.sun, this.sun.target);
    this.ground = new Mesh(new PlaneGeometry(1, 1), new ShadowMaterial({ opacity: 0.22 }));
    this.ground.rotation.x = -Math.PI / 2;
    this.ground.receiveShadow = true;
    this.scene.add(this.ground);
  }

  /** Swap the solid for a new one (GLB bytes); the old one's memory is freed. */
  async show(glb) {
    const { scene } = await this.loader.parseAsync(glb, "");
    scene.traverse((mesh) => {
      if (!mesh.isMesh) return;
      mesh.material = this.faults[mesh.material.name] || this.part;
      mesh.castShadow = mesh.receiveShadow = true;
    });
    const first = !this.model;
    if (!first) this.remove(this.model);
    this.model = scene;
    this.scene.add(scene);
    const several = homeParts(scene);
    const button = document.getElementById("tool-explode");
    button.hidden = !several;
    if (several) explodeTo(scene, button.getAttribute("aria-pressed") === "true");
    this.note("");
    this.frame(first);
    if (first) {
      this.canvas.hidden = false;
      this.el.querySelector("#still").hidden = true;
      this.resize();
      document.documentElement.dataset.solid = "shown";
    }
    this.el.dataset.shown = String(Number(this.el.dataset.shown || 0) + 1);
  }

  remove(model) {
    this.scene.remove(model);
    model.traverse((mesh) => mesh.geometry?.dispose());
  }

  /** Put the light and the ground around the part; the camera follows only what outgrows it. */
  frame(reset) {
    const box = new Box3().setFromObject(this.model);
    const size = box.getSize(new Vector3());
    const radius = size.length() / 2;
    const middle = box.getCenter(new Vector3());
    this.box = box;
    this.ground.position.set(middle.x, box.min.y, middle.z);
    this.ground.scale.setScalar(radius * 14);
    this.sun.position.copy(middle).add(new Vector3(0.7, 1.5, 0.9).multiplyScalar(radius * 2.2));
    this.sun.target.position.copy(middle);
    const shadow = this.sun.shadow.camera;
    shadow.left = shadow.bottom = -radius * 1.6;
    shadow.right = shadow.top = radius * 1.6;
    shadow.near = radius * 0.1;
    shadow.far = radius * 10;
    shadow.updateProjectionMatrix();
    const grown = this.radius ? radius / this.radius : 1;
    if (reset) this.look(middle, radius);
    else if (grown > 1.02 || grown < 0.98) {
      const way = this.camera.position.clone().sub(this.controls.target).multiplyScalar(grown);
      this.controls.target.copy(middle);
      this.camera.position.copy(middle).add(way);
    } else this.controls.target.y = middle.y;
    this.radius = radius;
    this.controls.update();
    this.draw();
  }

  look(middle, radius) {
    const half = (this.camera.fov * Math.PI) / 360;
    const narrow = Math.min(1, this.camera.aspect);
    const distance = (radius * 1.22) / Math.sin(half) / (narrow < 1 ? narrow + 0.12 : 1);
    this.controls.target.copy(middle);
    this.camera.position.copy(middle).addScaledVector(this.first, distance);
    this.camera.near = distance / 50;
    this.camera.far = distance * 20;
    this.camera.updateProjectionMatrix();
  }

  reset() { this.touched = false; if (this.model) this.frame(true); }
  paint(hex) { this.part.color.set(hex); this.draw(); }
  dim(on) { this.el.classList.toggle("stale", on); }
  note(text) { this.el.querySelector("#viewnote").textContent = text; }
  dimensions(on) { this.dims.shown = on; this.draw(); }
  explode(on) { if (this.model) { explodeTo(this.model, on); this.frame(true); } }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.el;
    if (!width || !height) return;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (this.model) this.frame(!this.touched);
  }

  /** Drawn on demand: a still page costs nothing. */
  draw() {
    if (this.waiting || !this.model) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.renderer.render(this.scene, this.camera);
      this.dims.draw(this.box, this.camera, this.el);
    });
  }

  key(event) {
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const zoom = { "+": 0.9, "=": 0.9, "-": 1.1 }[event.key];
    if (!turn && !zoom) return;
    event.preventDefault();
    const way = this.camera.position.clone().sub(this.controls.target);
    if (zoom) way.multiplyScalar(zoom);
    else {
      way.applyAxisAngle(new Vector3(0, 1, 0), turn[0] * 0.15);
      const side = new Vector3().crossVectors(this.camera.up, way).normalize();
      way.applyAxisAngle(side, turn[1] * 0.1);
    }
    this.camera.position.copy(this.controls.target).add(way);
    this.controls.update();
    this.draw();
  }
}
