/**
 * Colours, as VS Code's own tokenizer gives them. Each file in `test/grammar` has its tokens beside it in a `.snap`, those of ours alone;
 * `UPDATE=1 npm test` writes them anew. `YAML_GRAMMARS` names a folder with another YAML grammar than the usual one.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { loadWASM, OnigScanner, OnigString } from 'vscode-oniguruma';
import { INITIAL, Registry, parseRawGrammar, type IGrammar, type IRawGrammar } from 'vscode-textmate';

const root = process.cwd();
const folder = join(root, 'test/grammar');
const resolve = createRequire(join(root, 'package.json')).resolve;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  contributes: { grammars: { scopeName: string; path: string; injectTo?: string[] }[] };
};

const registry = new Registry({
  onigLib: loadWASM(readFileSync(resolve('vscode-oniguruma/release/onig.wasm')).buffer as ArrayBuffer).then(() => ({
    createOnigScanner: (patterns) => new OnigScanner(patterns),
    createOnigString: (text) => new OnigString(text),
  })),
  loadGrammar: async (scope): Promise<IRawGrammar | null> => {
    const path = ours(scope) ?? yaml(scope);
    return path === undefined ? null : parseRawGrammar(readFileSync(path, 'utf8'), path);
  },
  getInjections: (scope) =>
    manifest.contributes.grammars.filter(({ injectTo }) => injectTo?.includes(scope)).map(({ scopeName }) => scopeName),
});

const ours = (scope: string): string | undefined => manifest.contributes.grammars.find(({ scopeName }) => scopeName === scope)?.path;

function yaml(scope: string): string | undefined {
  const other = process.env['YAML_GRAMMARS'];
  if (other !== undefined) {
    const files = readdirSync(other).map((name) => join(other, name));
    return files.find((path) => (JSON.parse(readFileSync(path, 'utf8')) as IRawGrammar).scopeName === scope);
  }
  return scope === 'source.yaml' ? resolve('tm-grammars/grammars/yaml.json') : undefined;
}

/** The tokens that have a scope of ours, under the lines that they stand in. */
function drawn(grammar: IGrammar, text: string): string {
  let stack = INITIAL;
  const lines: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    lines.push(line);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const own = scopes.slice(1).filter((scope) => scope.endsWith('.downbeat'));
      const width = Math.min(endIndex, line.length) - startIndex;
      if (own.length > 0 && width > 0) lines.push(`${' '.repeat(startIndex)}${'^'.repeat(width)} ${own.map((scope) => scope.slice(0, -'.downbeat'.length)).join(' > ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const grammars = new Map<string, IGrammar>();

before(async () => {
  for (const scope of ['source.downbeat', 'source.yaml']) {
    const grammar = await registry.loadGrammar(scope);
    assert.ok(grammar, scope);
    grammars.set(scope, grammar);
  }
});

for (const name of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  test(`colours of ${name}`, () => {
    const scope = name.endsWith('.pipeline.yaml') ? 'source.downbeat' : 'source.yaml';
    const got = drawn(grammars.get(scope)!, readFileSync(join(folder, name), 'utf8'));
    const snapshot = join(folder, `${name}.snap`);
    if (process.env['UPDATE']) writeFileSync(snapshot, got);
    assert.equal(got, readFileSync(snapshot, 'utf8'));
  });
}
