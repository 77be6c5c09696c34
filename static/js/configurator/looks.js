// What a material looks like: data for each, and the fine lines of how it is made, computed.
import { Color, MeshBasicMaterial, MeshPhysicalMaterial, MeshStandardMaterial } from "../../vendor/three-0.187.0.min.js";

// A brushed metal scatters much of what it mirrors: as a pure metal it would be as dark as the room round it.
/** Lines: "layers" of a print, "brushed" metal, "wood" with its grain; pitch in mm, depth as a slope. */
export const LOOKS = {
  pla: { roughness: 0.56, clearcoat: 0.06, clearcoatRoughness: 0.6, lines: "layers", pitch: 0.2, depth: 0.2 },
  petg: { roughness: 0.3, clearcoat: 0.55, clearcoatRoughness: 0.22, lines: "layers", pitch: 0.2, depth: 0.16 },
  tpu: { roughness: 0.78, sheen: 0.35, sheenRoughness: 0.6, lines: "layers", pitch: 0.2, depth: 0.2 },
  birch: { roughness: 0.74, lines: "wood", pitch: 5, depth: 0.1 },
  poplar: { roughness: 0.8, lines: "wood", pitch: 8, depth: 0.07 },
  plywood: { roughness: 0.76, lines: "wood", pitch: 6, depth: 0.1 },
  wood: { roughness: 0.66, clearcoat: 0.12, clearcoatRoughness: 0.5, lines: "wood", pitch: 4, depth: 0.2 },
  acrylic: { roughness: 0.06, clearcoat: 1, clearcoatRoughness: 0.03, transmission: 0.55, thickness: 0.003, ior: 1.49 },
  brass: { metalness: 0.4, roughness: 0.27, lines: "brushed", pitch: 0.12, depth: 0.1 },
  aluminium: { metalness: 0.5, roughness: 0.36, lines: "brushed", pitch: 0.12, depth: 0.12 },
};
const PLAIN = { roughness: 0.52 };
const SLOPES = {
  // A print: ridges round the part at each layer, and the last layer's lines across flat faces.
  layers: `
    float lean = abs(dot(normal, vUp));
    float side = 1.0 - smoothstep(0.8, 0.97, lean);
    normal = normalize(normal + vUp * ridge(vMm.z / uPitch) * side + vAcross * ridge((vMm.x + vMm.y) * 0.7071 / (uPitch * 2.1)) * 0.7 * (1.0 - side));`,
  brushed: "normal = normalize(normal + vAcross * ridge((vMm.x - vMm.y) * 0.7071 / uPitch + sin(vMm.x * 0.9) * 0.3));",
  wood: "",
};
const WOOD = `
    // Long, nearly straight years of unequal width, as in a peeled or sawn face.
    float drift = sin(vMm.x * 0.009 + sin(vMm.y * 0.021) * 1.4) * 0.55 + sin(vMm.x * 0.037 + vMm.y * 0.05) * 0.07;
    float year = vMm.y / uPitch + drift;
    float ring = 0.5 + 0.5 * sin(6.2832 * (year + 0.35 * sin(year * 1.7) + 0.2 * sin(year * 0.61)));
    diffuseColor.rgb *= 1.0 - uDepth * 2.2 * pow(ring, 3.0);`;

/** A material of that look; unknown ones are plain. */
export function surface(slug) {
  const { lines, pitch = 1, depth = 0, ...numbers } = LOOKS[slug] || PLAIN;
  const material = new MeshPhysicalMaterial({ metalness: 0, ...numbers });
  if (lines) draw(material, lines, pitch, depth);
  return material;
}

/** Lines in the part's own millimetres, so that they turn and tilt with it; they fade before they flicker. */
function draw(material, lines, pitch, depth) {
  material.customProgramCacheKey = () => `lines:${lines}`;
  material.onBeforeCompile = (shader) => {
    shader.uniforms.uPitch = { value: pitch };
    shader.uniforms.uDepth = { value: depth };
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying vec3 vMm; varying vec3 vUp; varying vec3 vAcross;")
      .replace("#include <project_vertex>", `#include <project_vertex>
        vMm = transformed * (length(modelMatrix[0].xyz) * 1000.0);
        vUp = normalize((modelViewMatrix * vec4(0.0, 0.0, 1.0, 0.0)).xyz);
        vAcross = normalize((modelViewMatrix * vec4(1.0, 1.0, 0.0, 0.0)).xyz);`);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>
        varying vec3 vMm; varying vec3 vUp; varying vec3 vAcross; uniform float uPitch, uDepth;
        float ridge(float t) {
          // Too fine to be seen one by one: every second, fourth … line, ever fainter.
          float level = max(0.0, log2(max(fwidth(t), 1e-6) * 3.0));
          float near = floor(level);
          float a = sin(6.2832 * t / exp2(near)), b = sin(6.2832 * t / exp2(near + 1.0));
          return mix(a, b, level - near) * uDepth * max(0.0, 1.0 - level / 2.2);
        }`)
      .replace("#include <color_fragment>", `#include <color_fragment>\n${lines === "wood" ? `{${WOOD}}` : ""}`)
      .replace("#include <normal_fragment_maps>", `#include <normal_fragment_maps>\n{${SLOPES[lines]}}`);
  };
}

/** A part seen against a lamp: as bright as light comes through it. */
export function glowing() {
  const material = new MeshBasicMaterial({ toneMapped: false });
  material.customProgramCacheKey = () => "glowing";
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nattribute float _glow; varying float vGlow;")
      .replace("#include <project_vertex>", "#include <project_vertex>\nvGlow = _glow;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying float vGlow;")
      .replace("#include <color_fragment>", "#include <color_fragment>\ndiffuseColor.rgb *= min(1.0, 1.15 * vGlow);");
  };
  return material;
}

const LAMP = new Color("#ffdfb0");
const WHITEST = 0.86; // the luminance of the plastic that lets most light through

/** The colour of lamplight that came through a plastic of that colour. */
export function throughOf(color, light) { return light.copy(color).multiplyScalar(1 / WHITEST).multiply(LAMP); }

const luminance = ({ r, g, b }) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** The cut face of a part: its colour, hatched as in a drawing. */
export function hatched() {
  const material = new MeshStandardMaterial({ roughness: 0.9, metalness: 0 });
  material.userData = { pitch: { value: 2 }, ink: { value: new Color() } };
  material.customProgramCacheKey = () => "hatched";
  material.onBeforeCompile = (shader) => {
    shader.uniforms.uPitch = material.userData.pitch;
    shader.uniforms.uInk = material.userData.ink;
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying float vHatch;")
      .replace("#include <project_vertex>", `#include <project_vertex>
        vHatch = dot((modelMatrix * vec4(transformed, 1.0)).xyz, vec3(707.1));`);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying float vHatch; uniform float uPitch; uniform vec3 uInk;")
      .replace("#include <color_fragment>", `#include <color_fragment>
        float line = abs(fract(vHatch / uPitch) - 0.5);
        float width = fwidth(vHatch / uPitch);
        diffuseColor.rgb = mix(diffuseColor.rgb, uInk, 0.6 * (1.0 - smoothstep(0.1, 0.1 + width, line)) * (1.0 - smoothstep(0.3, 0.6, width)));`);
  };
  return material;
}

/** Ink that is seen on a colour: darker on light, lighter on dark. */
export function inkOn(color, ink) {
  const light = luminance(color);
  return ink.copy(color).lerp(new Color(light > 0.12 ? "#000" : "#fff"), light > 0.12 ? 0.55 : 0.2);
}
