// Bundle the workbench into the package: script, stylesheet and the licences of what they hold.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${here}../../src/mla_graph/pages/static/workbench`;

const inputs = readdirSync(here).filter((name) => /\.(m?js|css|json)$/.test(name)).sort();
const hash = createHash("sha256");
for (const name of inputs) hash.update(`${name}\0`).update(readFileSync(here + name)).update("\0");
const banner = `/* Built from tools/workbench, SHA-256 ${hash.digest("hex")}; licences: LICENSES.txt */`;

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { workbench: "main.js", forms: "forms.js", style: "workbench.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: banner, css: banner },
  metafile: true,
});

const packages = Object.keys(metafile.inputs)
  .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
  .filter(Boolean);
const texts = [...new Set(packages)].sort().map((name) => {
  const folder = `${here}node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].find((one) => existsSync(folder + one));
  if (!file) throw new Error(`${name} carries no licence text`);
  const bundled = [`${folder}dist/form-default.js.LICENSE.txt`].filter(existsSync);
  const said = [folder + file, ...bundled].map((one) => readFileSync(one, "utf8").trim());
  return `${name} ${version} (${license})\n\n${said.join("\n\n")}\n`;
});
writeFileSync(`${out}/LICENSES.txt`, texts.join(`\n${"-".repeat(72)}\n\n`));
