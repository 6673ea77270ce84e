// Bundles the extension into dist/, or with `tests` its tests into dist-test/.
import { build } from 'esbuild';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { licences } from './scripts/licences.mjs';
import { asModules } from './scripts/modules.mjs';

const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  logLevel: 'warning',
};

if (process.argv.includes('tests')) {
  rmSync('dist-test', { recursive: true, force: true });
  const unit = readdirSync('test/unit').filter((name) => name.endsWith('.test.ts'));
  await build({
    ...node,
    entryPoints: unit.map((name) => `test/unit/${name}`),
    outdir: 'dist-test/unit',
    external: ['vscode', 'vscode-oniguruma', 'vscode-textmate'],
    sourcemap: 'inline',
  });
  await build({ ...node, entryPoints: ['test/inprocess/index.ts'], outfile: 'dist-test/inprocess.js', sourcemap: 'inline' });
} else {
  rmSync('dist', { recursive: true, force: true });
  const { metafile } = await build({
    ...node,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    minify: true,
    metafile: true,
    // Where src/timing.ts counts from.
    banner: { js: "performance.mark('downbeat');" },
    legalComments: 'none',
    mainFields: ['module', 'main'],
    plugins: [asModules],
  });
  const page = await build({
    entryPoints: ['src/graph/webview/main.ts'],
    outfile: 'dist/graph.js',
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeFileSync('dist/licences.txt', licences({ inputs: { ...metafile.inputs, ...page.metafile.inputs } }));
}
