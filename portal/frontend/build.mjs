// Bundles the browser assets: content-hashed files, their precompressed twins, the icon sprite and the licences.
//   node build.mjs OUT      what the build hook calls; OUT is emptied by the hook first
import * as esbuild from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const out = path.resolve(process.argv[2] ?? path.join(here, '../static/build'));
const ICONS = fs.readFileSync(path.join(here, 'src/icons.txt'), 'utf8').split('\n')
  .map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
fs.mkdirSync(out, { recursive: true });
const manifest = {};

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: {
    site: 'src/site.css', app: 'src/app.js', sql: 'src/sql.js', map: 'src/map.js', maplibre: 'src/maplibre.css',
    'maplibre-worker': 'maplibre-gl/dist/maplibre-gl-worker.mjs',
  },
  outdir: out, bundle: true, format: 'esm', splitting: true, minify: true, metafile: true,
  legalComments: 'linked', target: ['es2022', 'chrome123', 'firefox128', 'safari17.5'],
  entryNames: '[name]-[hash]', chunkNames: 'c-[hash]', assetNames: 'a-[hash]',
  loader: { '.woff2': 'file' }, logLevel: 'warning',
});
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  const name = path.basename(file);
  // A part that is fetched later on is called by its source.
  const isPart = name.startsWith('c-');
  if (output.entryPoint) manifest[isPart ? path.basename(output.entryPoint) : name.replace(/-[A-Z0-9]{8}(?=\.)/, '')] = name;
  const from = Object.keys(output.inputs).join();
  if (from.endsWith('-latin-wght-normal.woff2')) manifest['font.woff2'] = name;
}

const symbols = ICONS.map((icon) => {
  const svg = fs.readFileSync(path.join(modules, 'lucide-static/icons', `${icon}.svg`), 'utf8');
  const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace('</svg>', '').replace(/\s*\n\s*/g, '');
  return `<symbol id="${icon}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" `
    + `stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
});
addHashed('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
addHashed('favicon.svg', fs.readFileSync(path.join(here, 'src/favicon.svg'), 'utf8'));
fs.writeFileSync(path.join(out, 'THIRD-PARTY.txt'), licences());
manifest['THIRD-PARTY.txt'] = 'THIRD-PARTY.txt';

for (const name of fs.readdirSync(out)) {
  if (!/\.(js|css|svg|txt)$/.test(name)) continue;
  const bytes = fs.readFileSync(path.join(out, name));
  fs.writeFileSync(path.join(out, `${name}.br`), zlib.brotliCompressSync(bytes));
  fs.writeFileSync(path.join(out, `${name}.gz`), zlib.gzipSync(bytes, { level: 9 }));
}
fs.writeFileSync(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);

function addHashed(name, text) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}-${hash}${ext}`;
  fs.writeFileSync(path.join(out, manifest[name]), text);
}

// The licences of what ends up in the browser; the package of the icons is no input of a script.
function licences() {
  const packages = new Set(['lucide-static']);
  for (const input of Object.keys(result.metafile.inputs)) {
    const found = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  return [...packages].sort().map((name) => {
    const folder = path.join(modules, name);
    const { version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`no licence file in ${name}`);
    const text = fs.readFileSync(path.join(folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n${'-'.repeat(72)}\n${text}\n`;
  }).join(`\n${'='.repeat(72)}\n\n`);
}
