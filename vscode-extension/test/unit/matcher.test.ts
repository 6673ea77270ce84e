import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, findings, needsProgram } from './server';

interface Pattern {
  regexp: string;
  file?: number;
  line?: number;
  column?: number;
  severity?: number;
  code?: number;
  message?: number;
}
interface Matcher {
  name: string;
  pattern: Pattern | Pattern[];
}
type Problem = Record<'file' | 'line' | 'column' | 'severity' | 'code' | 'message', string>;

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { problemMatchers: Matcher[] } };

/** Reads output as VS Code's problem matchers do: line after line, each pattern on the next line, messages joined. */
function problems(output: string): Problem[] {
  const lines = output.split('\n');
  return lines.flatMap((_, at) => {
    for (const { pattern } of contributes.problemMatchers) {
      const patterns = Array.isArray(pattern) ? pattern : [pattern];
      const problem: Partial<Problem> = {};
      const fits = patterns.every((one, index) => {
        const found = new RegExp(one.regexp).exec(lines[at + index] ?? '\0');
        if (!found) return false;
        for (const field of ['file', 'line', 'column', 'severity', 'code', 'message'] as const) {
          const group = one[field];
          if (group !== undefined) problem[field] = problem[field] === undefined ? found[group]! : `${problem[field]} ${found[group]!.trim()}`;
        }
        return true;
      });
      if (fits) return [problem as Problem];
    }
    return [];
  });
}

function checked(text: string): Problem[] {
  const folder = mkdtempSync(join(tmpdir(), 'downbeat-'));
  try {
    writeFileSync(join(folder, 'a.pipeline.yaml'), text);
    return problems(check(['a.pipeline.yaml'], { cwd: folder }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const step = (dependency: string) => `name: x\nsteps:\n  - id: a\n    action: echo a\n    dependencies: [${dependency}]\n`;

test('a finding is read with its place, level, code and words', needsProgram, () => {
  assert.deepEqual(checked(step('b')), [
    { file: 'a.pipeline.yaml', line: '5', column: '20', severity: 'error', code: 'unknown-step', message: 'no step is called `b`' },
  ]);
});

test('a message over several lines is read whole', needsProgram, () => {
  const long = `no_step_of_this_name_${'x'.repeat(120)} of_ours`;
  const text = step(`"${long}"`);
  const [expected] = findings(text);
  const [got] = checked(text);
  assert.equal(got?.message.replaceAll(' ', ''), expected?.message.replaceAll(' ', ''));
});

test('all of many findings are read, also those that are listed', needsProgram, () => {
  const names = Array.from({ length: 130 }, (_, index) => `nothing${index}`).join(', ');
  const found = checked(step(names));
  assert.equal(found.length, findings(step(names)).length);
  assert.ok(found.every(({ file, line }) => file === 'a.pipeline.yaml' && line === '5'));
});
