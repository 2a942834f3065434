// Builds src/Ui/wwwroot from src/Ui/Assets and node_modules: styles, fonts, icon sprite, scripts.
//   npm run build            once, minified
//   npm run watch            again at each change of a page, style or script
// htmx and our own scripts are joined into one file, site.js; a file in Assets/js/parts/ stays on its own
// (chat, charts: loaded only by the page that needs them).
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { gzipSync } from "node:zlib";
import { createRequire } from "node:module";
import path from "node:path";

const ui = import.meta.dirname;
const src = path.dirname(ui);
const out = path.join(ui, "wwwroot");
const assets = path.join(ui, "Assets");
const require = createRequire(import.meta.url);
const packageFolder = (name) => path.dirname(require.resolve(`${name}/package.json`));
const watching = process.argv.includes("--watch");

const fonts = [
  ["@fontsource-variable/geist", ["geist-latin-wght-normal", "geist-latin-ext-wght-normal", "geist-cyrillic-wght-normal"]],
  ["@fontsource-variable/bricolage-grotesque", ["bricolage-grotesque-latin-wght-normal", "bricolage-grotesque-latin-ext-wght-normal"]],
  ["@fontsource-variable/geist-mono", ["geist-mono-latin-wght-normal", "geist-mono-latin-ext-wght-normal"]],
];

async function copyFonts() {
  await mkdir(path.join(out, "fonts"), { recursive: true });
  for (const [name, files] of fonts)
    for (const file of files)
      await cp(path.join(packageFolder(name), "files", `${file}.woff2`), path.join(out, "fonts", `${file}.woff2`));
}

async function* sources(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !["bin", "obj", "wwwroot", "node_modules", "Migrations"].includes(entry.name))
      yield* sources(path.join(folder, entry.name));
    else if (/\.(cshtml|cs|js|txt)$/.test(entry.name)) yield path.join(folder, entry.name);
  }
}

// An icon is used where markup says <icon name="x">, where a line that speaks of an icon or an AddMenu call
// quotes the name of one, and where Assets/icons.txt lists it.
async function sprite() {
  const used = new Set();
  const maybe = new Set();
  for await (const file of sources(src)) {
    const text = await readFile(file, "utf8");
    if (file.endsWith(".txt")) {
      if (path.basename(file) === "icons.txt") for (const word of text.split(/\s+/)) if (word) used.add(word);
      continue;
    }
    for (const [, name] of text.matchAll(/<icon\b[^>]*?\bname="([a-z0-9-]+)"/g)) used.add(name);
    for (const line of [...text.split("\n").filter((line) => /icon/i.test(line)), ...(text.match(/AddMenu<[^;]*;/g) ?? [])])
      for (const [, name] of line.matchAll(/"([a-z][a-z0-9-]+)"/g)) maybe.add(name);
  }
  const folder = path.join(packageFolder("lucide-static"), "icons");
  const known = new Set((await readdir(folder)).map((name) => name.replace(/\.svg$/, "")));
  for (const name of maybe) if (known.has(name)) used.add(name);
  const symbols = [];
  for (const name of [...used].sort()) {
    let svg;
    try {
      svg = await readFile(path.join(folder, `${name}.svg`), "utf8");
    } catch {
      console.warn(`no lucide icon is called "${name}"`);
      continue;
    }
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`);
  }
  const licence = "<!-- Icons: Lucide, ISC licence, https://lucide.dev/license -->";
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join("")}</svg>\n`);
}

async function scripts() {
  const folder = path.join(assets, "js");
  const own = (await readdir(folder)).filter((name) => name.endsWith(".js")).sort();
  const htmx = await readFile(path.join(packageFolder("htmx.org"), "dist", "htmx.min.js"), "utf8");
  const parts = [htmx.replace(/\n?\/\/# sourceMappingURL=.*$/m, "")];
  for (const name of own) {
    const text = await readFile(path.join(folder, name), "utf8");
    parts.push(`{ // ${name}\n${text.replace(/^\s*\/\/.*\n/gm, "").replace(/^[ \t]+/gm, "")}}`);
  }
  await writeFile(path.join(out, "site.js"), `${parts.join("\n")}\n`);
  await rm(path.join(out, "js"), { recursive: true, force: true });
  await cp(path.join(folder, "parts"), path.join(out, "js"), { recursive: true, force: true }).catch((e) => {
    if (e.code !== "ENOENT") throw e;
  });
}

function styles() {
  const cli = path.join(packageFolder("@tailwindcss/cli"), "dist", "index.mjs");
  const options = ["-i", path.join(assets, "app.css"), "-o", path.join(out, "app.css"), "--minify"];
  if (watching) options.push("--watch=always");
  const child = spawn(process.execPath, [cli, ...options], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done, failed) =>
    child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`tailwindcss ended with ${code}`)))));
}

async function statics() {
  await mkdir(out, { recursive: true });
  await copyFonts();
  await cp(path.join(assets, "static"), out, { recursive: true, force: true });
  await sprite();
  await scripts();
}

async function report() {
  for (const name of ["app.css", "site.js", "icons.svg"]) {
    const bytes = await readFile(path.join(out, name));
    console.log(`${name.padEnd(10)} ${(bytes.length / 1024).toFixed(1)} kB, ${(gzipSync(bytes).length / 1024).toFixed(1)} kB compressed`);
  }
}

await statics();
if (watching) {
  let pending;
  watch(src, { recursive: true }, (_, name) => {
    if (!name || /(^|\/)(bin|obj|wwwroot)\//.test(name) || !/\.(cshtml|cs|js|txt|svg)$/.test(name)) return;
    clearTimeout(pending);
    pending = setTimeout(() => statics().catch(console.error), 150);
  });
}
await styles();
await report();
