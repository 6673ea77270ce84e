// The language client comes as CommonJS that TypeScript wrote from modules. In that form nothing of it can be left out of a bundle,
// and every name keeps its length. What TypeScript did is regular, so it is undone here before esbuild sees it; that makes the
// bundle a third smaller. A shape that is not known fails the build.
import { readFile } from 'node:fs/promises';

const PACKAGES = /node_modules[\\/]vscode-(languageclient|languageserver-protocol|jsonrpc)[\\/]lib[\\/].*\.js$/;

/** Features of the client that the server does not have, by the modules that hold them. */
const UNUSED = ['callHierarchy', 'colorProvider', 'declaration', 'fileOperations', 'implementation', 'inlineCompletion', 'inlineValue', 'textDocumentContent', 'typeDefinition', 'typeHierarchy'];
const REGISTRATION = new RegExp(`^ *this\\.registerFeature\\(new (?:${UNUSED.join('|')})_1\\..*\\n`, 'gm');

const NAME = 'as-modules';

/** The esbuild plugin. */
export const asModules = {
  name: NAME,
  setup(build) {
    // The client asks for the version of VS Code that the manifest asks for already.
    build.onResolve({ filter: /^semver\/functions\// }, ({ path }) => ({ path, namespace: NAME }));
    build.onLoad({ filter: /.*/, namespace: NAME }, () => ({ contents: 'export default () => true;' }));
    build.onLoad({ filter: PACKAGES }, async ({ path }) => {
      const text = (await readFile(path, 'utf8')).replace(REGISTRATION, '');
      return { contents: toModule(text, path), loader: 'js' };
    });
  },
};

/** The module that TypeScript made `text` from, without its types. */
export function toModule(text, path) {
  const exported = new Set();
  const sources = new Map();
  const module = text
    .replace(/^"use strict";\n/m, '')
    .replace(/^var __\w+ = \(this && this\.__\w+\) \|\| [\s\S]*?^\}\)?(?:\(\))?\)?;\n/gm, (helper) => (helper.includes('__spreadArray =') ? helper.replace(/\(this && this\.\w+\) \|\| /, '') : ''))
    .replace(/^Object\.defineProperty\(exports, "__esModule".*\n/m, '')
    .replace(/^exports\.\w+ = (?:exports\.\w+ = )*void 0;\n/gm, '')
    .replace(/^(?:const|var) (\w+) = (__importStar|__importDefault)?\(?require\("([^"]+)"\)\)?;\n/gm, (_, name, kind, from) => {
      sources.set(name, from);
      if (kind === '__importDefault') return `import ${name}_default from "${from}";\n`;
      // TypeScript numbers what stands for a whole module; other names are `import name = require(...)`.
      const whole = kind === '__importStar' || /_\d+$/.test(name);
      return whole ? `import * as ${name} from "${from}";\n` : `import ${name} from "${from}";\n`;
    })
    .replace(/^__exportStar\(require\("([^"]+)"\), exports\);\n/gm, 'export * from "$1";\n')
    .replace(/^Object\.defineProperty\(exports, "(\w+)", \{ enumerable: true, get: function \(\) \{ return (\w+)\.(\w+); \} \}\);\n/gm, (_, name, source, inner) =>
      sources.has(source) ? `export { ${inner} as ${name} } from "${sources.get(source)}";\n` : fail(path, `${name} of ${source}`),
    )
    .replace(/^var (\w+);\n\(function \(\1\) \{$([\s\S]*?)^\}\)\(\1 \|\| \((?:exports\.\1 = )?\1 = \{\}\)\);\n/gm, (whole, name, body) => {
      if (whole.includes(`exports.${name} = ${name} = {}`)) exported.add(name);
      // A call whose result is not used can go, unlike one that fills a variable.
      return `var ${name} = /* @__PURE__ */ (function (${name}) {${body}return ${name};\n})({});\n`;
    })
    .replace(/\((\w+) \|\| \(exports\.\1 = \1 = \{\}\)\)/g, (_, name) => (exported.add(name), `(${name} || (${name} = {}))`))
    .replace(/^exports\.default = (\w+);\n/gm, 'export { $1 as default };\n')
    .replace(/^exports\.(\w+) = \1;\n/gm, (_, name) => (exported.add(name), ''))
    .replace(/^exports\.(\w+) = /gm, (_, name) => (exported.add(name), `const ${name} = `))
    .replace(/\bexports\.(\w+)/g, '$1')
    .replace(/\b(\w+_\d+)\.default\b/g, (whole, name) => (text.includes(`${name} = __importDefault(`) ? `${name}_default` : whole));
  if (/\brequire\(|\bexports\b|\b__import/.test(module.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))) fail(path, 'something is left of CommonJS');
  return exported.size > 0 ? `${module}\nexport { ${[...exported].join(', ')} };\n` : module;
}

function fail(path, what) {
  throw new Error(`${path}: ${what}; teach scripts/modules.mjs about it`);
}
