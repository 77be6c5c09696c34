// The 3D view: a part on a quiet stage.
import {
  NeutralToneMapping, Box3, GLTFLoader, MeshStandardMaterial, OrbitControls, PCFShadowMap, PerspectiveCamera,
  Scene, Vector3, WebGLRenderer,
} from "../../vendor/three-0.187.0.min.js";
import { mountDimensions } from "./dimensions.js";
import { exactSizes, explodeTo, homeParts, partsOf } from "./assembly.js";
import { Bed } from "./bed.js";
import { turnByKey } from "./keys.js";
import { light } from "./lights.js";
import { glowing, surface, throughOf } from "./looks.js";
import { partOf, Section } from "./section.js";
import { shade } from "./shading.js";
import { Still } from "./still.js";

const EDGE_TONE = 0.42; // how much of its light a laser's browned edge keeps, as in the server's pictures

/** The direction a family is looked at first, from its own angles (degrees about the vertical, above the horizon). */
function firstView(el) {
  const [turn, height] = [el.dataset.turn, el.dataset.height].map((deg) => (Number(deg) * Math.PI) / 180);
  return new Vector3(Math.sin(turn) * Math.cos(height), Math.sin(height), Math.cos(turn) * Math.cos(height));
}

/** Mount a viewer, or the server's pictures where there is no WebGL. `machines` are those of the network. */
export function mountViewer(el, machines = []) {
  try {
    return new Viewer(el, machines);
  } catch {
    return new Still(el);
  }
}

class Viewer {
  constructor(el, machines) {
    this.el = el;
    this.first = firstView(el);
    this.canvas = el.querySelector("canvas");
    this.renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true, alpha: true, stencil: true, preserveDrawingBuffer: true });
    this.renderer.debug.checkShaderErrors = false; // asking for them waits for the graphics card
    this.renderer.localClippingEnabled = true;
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.toneMapping = NeutralToneMapping; // keeps the colours of a catalogue; filmic ones make them pale
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(28, 1, 0.001, 20);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.enableDamping = false;
    this.controls.maxPolarAngle = Math.PI * 0.53;
    this.controls.addEventListener("change", () => this.moved());
    this.controls.addEventListener("start", () => { this.touched = true; });
    this.faults = {
      "fault-weak": new MeshStandardMaterial({ color: "#e8b400", roughness: 0.6 }),
      "fault-impossible": new MeshStandardMaterial({ color: "#d21f12", roughness: 0.6 }),
    };
    this.edge = new MeshStandardMaterial({ roughness: 0.6, metalness: 0 }); // what a laser has browned
    this.part = surface("");
    this.others = new Map(); // parts of a material that is not the customer's choice
    this.glow = glowing();
    this.loader = new GLTFLoader();
    this.dims = mountDimensions(el.querySelector(".dims"));
    this.section = new Section(this.scene);
    this.bed = new Bed(this.scene, machines);
    this.light = light(this.renderer, this.scene, this.first, () => this.draw());
    new ResizeObserver(() => this.resize()).observe(el);
    el.addEventListener("keydown", (event) => turnByKey(this, event));
  }

  /** What the part is made of: its look, not its colour. */
  wear(slug) {
    this.slug = slug;
    const old = this.part;
    this.part = surface(slug);
    this.part.color.copy(old.color);
    this.model?.traverse((mesh) => { if (mesh.material === old) mesh.material = this.part; });
    old.dispose();
    this.cut();
  }

  /** Swap the solid for a new one (GLB bytes); the old one's memory is freed. */
  async show(glb) {
    const { scene } = await this.loader.parseAsync(glb, "");
    shade(scene);
    const names = new Set();
    scene.traverse((mesh) => {
      if (!mesh.isMesh) return;
      names.add(mesh.material.name);
      mesh.userData.plain = this.plain(mesh, scene);
      mesh.castShadow = mesh.receiveShadow = true;
    });
    const first = !this.model;
    if (!first) this.remove(this.model);
    this.model = scene;
    this.scene.add(scene);
    this.relight();
    const button = document.getElementById("tool-explode");
    if (button) button.hidden = !homeParts(scene);
    this.apart = Boolean(button) && !button.hidden && button.getAttribute("aria-pressed") === "true";
    this.note("");
    this.explain(names);
    this.arrange(first);
    if (first) {
      this.canvas.hidden = false;
      this.el.querySelector(".still")?.setAttribute("hidden", "");
      this.resize();
      document.documentElement.dataset.solid = "shown";
    }
    this.el.dataset.shown = String(Number(this.el.dataset.shown || 0) + 1);
  }

  /** The colours of faults, in words, where there are any. */
  explain(names) {
    for (const line of this.el.querySelectorAll("[data-paint]")) {
      line.hidden = !names.has(line.dataset.paint);
      line.style.setProperty("--paint", `#${this.faults[line.dataset.paint].color.getHexString()}`);
    }
  }

  /** What a mesh is painted with by the light of the room. */
  plain(mesh, model) {
    const { name } = mesh.material;
    const { material, shade, second_shade: second } = partOf(mesh, model).userData;
    if (name === "second-colour") return this.worn(this.slug, second).part;
    const own = material ? this.worn(material, shade) : this;
    return this.faults[name] || (name === "edge" ? own.edge : own.part);
  }

  /** The materials of what is made of another stuff, or in another colour, than the product. */
  worn(material, shade) {
    const key = `${material} ${shade}`;
    if (!this.others.has(key)) {
      const own = { part: surface(material), edge: this.edge.clone() };
      own.part.color.set(shade);
      own.edge.color.set(shade).multiplyScalar(EDGE_TONE);
      this.others.set(key, own);
    }
    return this.others.get(key);
  }

  /** Against the lamp, or by the light of the room: for parts that let light through. */
  lamp(on) { this.lampOff = !on; this.relight(); this.cut(); }

  relight() {
    let glows = false;
    this.model?.traverse((mesh) => {
      if (!mesh.isMesh || !mesh.userData.plain) return;
      const through = Boolean(mesh.geometry.attributes._glow);
      glows ||= through;
      mesh.material = through && !this.lampOff && mesh.userData.plain === this.part ? this.glow : mesh.userData.plain;
    });
    const button = document.getElementById("tool-lamp");
    if (button) button.hidden = !glows;
  }

  remove(model) {
    this.section.detach();
    this.scene.remove(model);
    model.traverse((mesh) => mesh.geometry?.dispose());
  }

  /** Put the parts together, apart, or on a machine's bed; then look at them. */
  arrange(reset) {
    if (!this.model) return;
    if (this.bed.on) this.said?.(this.bed.lay(partsOf(this.model)));
    else { this.bed.clear(); explodeTo(this.model, Boolean(this.apart)); }
    this.cut();
    this.frame(reset);
  }

  /** Cut the part open, or close it again, as the section says. */
  cut() {
    const { section } = this;
    const others = [...this.others.values()].flatMap((own) => [own.part, own.edge]);
    section.cuts([this.part, this.edge, this.glow, ...others, ...Object.values(this.faults)]);
    section.paint(this.part.color);
    if (this.model) section.attach(this.model);
    if (this.box) section.place(this.box);
    this.sectioned?.();
    this.draw();
  }

  /** Put the light and the ground around the part; the camera follows only what outgrows it. */
  frame(reset) {
    this.box = new Box3().setFromObject(this.model);
    const box = this.bed.box(this.box);
    const radius = Math.max(box.getSize(new Vector3()).length() / 2, this.leastRadius || 0);
    const middle = box.getCenter(new Vector3());
    this.light.around(box, radius);
    this.section.place(this.box);
    this.sectioned?.();
    const grown = this.radius ? radius / this.radius : 1;
    if (reset) this.look(middle, radius);
    else if (grown > 1.02 || grown < 0.98) {
      const way = this.way().multiplyScalar(grown);
      this.controls.target.copy(middle);
      this.camera.position.copy(middle).add(way);
    } else this.controls.target.y = middle.y;
    this.radius = radius;
    this.reach(this.way().length());
    this.controls.update();
    this.draw();
  }

  look(middle, radius) {
    const half = (this.camera.fov * Math.PI) / 360;
    const narrow = Math.min(1, this.camera.aspect);
    const distance = (radius * 1.22) / Math.sin(half) / (narrow < 1 ? narrow + 0.12 : 1);
    this.controls.target.copy(middle);
    this.camera.position.copy(middle).addScaledVector(this.first, distance);
  }

  /** See near and far from so far away: a part that takes another's place may be a thousand times as large. */
  reach(distance) {
    this.camera.near = distance / 50;
    this.camera.far = distance * 20;
    this.camera.updateProjectionMatrix();
  }

  /** From what is looked at to the eye. */
  way() { return this.camera.position.clone().sub(this.controls.target); }

  /** Look along the same way as another viewer. */
  follow(way) {
    this.touched = true;
    this.camera.position.copy(this.controls.target).add(way);
    this.camera.lookAt(this.controls.target);
    this.draw();
  }

  moved() { this.draw(); this.turned?.(this.way()); }
  reset() { this.touched = false; if (this.model) this.frame(true); }
  paint(hex) { this.part.color.set(hex); throughOf(this.part.color, this.glow.color); this.edge.color.set(hex).multiplyScalar(EDGE_TONE); this.section.paint(this.part.color); this.draw(); }
  dim(on) { this.el.classList.toggle("stale", on); }
  /** What takes long says so; the part before it stays in sight. */
  working(on) { this.el.querySelector(".working")?.toggleAttribute("hidden", !on); }
  note(text) { this.el.querySelector(".viewnote").textContent = text; }
  /** The address of a picture of what is seen, on a transparent ground. */
  picture() {
    this.renderer.render(this.scene, this.camera);
    return new Promise((done) => this.canvas.toBlob((blob) => done(URL.createObjectURL(blob)), "image/png"));
  }
  dimensions(on) { this.dims.shown = on; this.draw(); }
  explode(on) { this.apart = on; this.arrange(true); }
  lay(on) { this.bed.on = on; this.arrange(true); }

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
      const spread = this.bed.on || this.apart; // the size of what lies about is nobody's measure
      this.dims.draw(spread ? null : this.box, this.camera, this.el, exactSizes(this.model));
    });
  }
}
