// Picks what the browser is given out of node_modules into src/gongyou/web/static/vendor (git-ignored):
// a few files and only the icons that templates and Python name. Run by `./run`; needs `npm ci` first.
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const source = join(root, "src", "gongyou");
const target = join(source, "web", "static", "vendor");
const fresh = `${target}.new`;

const FILES = {
  "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
  "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
  "@tabler/icons-sprite/LICENSE": "icons.LICENSE",
  "@alpinejs/csp/dist/cdn.min.js": "alpine/alpine-csp.min.js",
  "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
  "echarts/LICENSE": "echarts/LICENSE",
  "echarts/NOTICE": "echarts/NOTICE",
  "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
  "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
  "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
  "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
  "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
  "leaflet/dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
  "leaflet/dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
  "leaflet/LICENSE": "leaflet/LICENSE",
};

// A map that is not shipped breaks the hashed static storage, so the pointer to it goes.
const withoutMapPointer = (text) =>
  text.replace(/\n?\/\*# sourceMappingURL=[^*]*\*\/\s*$/, "\n").replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, "\n");

async function place(name, content) {
  const path = join(fresh, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function copyFiles() {
  for (const [from, to] of Object.entries(FILES)) {
    const content = await readFile(join(modules, from));
    const isText = /\.(css|js)$/.test(to);
    await place(to, isText ? withoutMapPointer(content.toString("utf8")) : content);
  }
}

async function textsUnder(folder, kinds) {
  const texts = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const parent = entry.parentPath ?? entry.path;
    if (entry.isFile() && kinds.test(entry.name) && !parent.startsWith(target)) {
      texts.push(await readFile(join(parent, entry.name), "utf8"));
    }
  }
  return texts;
}

async function listedIcons(symbols) {
  // icons.txt is for names that are put together while running; a name there that is no icon is a mistake.
  const list = join(source, "web", "static", "gongyou", "icons.txt");
  const text = await readFile(list, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const names = text.split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
  const unknown = names.filter((name) => !symbols.has(name));
  if (unknown.length) throw new Error(`${list}: no such icon: ${unknown.join(", ")}`);
  return names;
}

async function pickIcons() {
  const sprite = await readFile(join(modules, "@tabler/icons-sprite/dist/tabler-sprite.svg"), "utf8");
  const symbols = new Map();
  for (const [symbol, name] of sprite.matchAll(/<symbol id="tabler-([a-z0-9-]+)".*?<\/symbol>/gs)) {
    symbols.set(name, symbol);
  }
  const wanted = new Set(await listedIcons(symbols));
  // Every quoted word that is an icon's name is taken: a few icons too many weigh less than one missing.
  for (const text of await textsUnder(join(source, "web"), /\.(html|svg|py|js)$/)) {
    for (const [, name] of text.matchAll(/["'](?:tabler-)?([a-z0-9-]+)["']/g)) wanted.add(name);
  }
  for (const text of await textsUnder(join(root, "packs"), /\.ya?ml$/)) {
    for (const [, name] of text.matchAll(/\bicon:\s*["']?([a-z0-9-]+)/g)) wanted.add(name);
  }
  const picked = [...wanted].filter((name) => symbols.has(name)).sort();
  const body = picked.map((name) => symbols.get(name)).join("\n");
  await place("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg"><defs>\n${body}\n</defs></svg>\n`);
  return picked.length;
}

await rm(fresh, { recursive: true, force: true });
await copyFiles();
const icons = await pickIcons();
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
console.log(`${Object.keys(FILES).length} files, ${icons} icons -> ${target.slice(root.length + 1)}`);
