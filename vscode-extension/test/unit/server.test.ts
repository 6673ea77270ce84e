import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { crashJudge } from '../../src/server/crashes';
import { findServer, ServerMissing, type Sources } from '../../src/server/find';
import { withoutSecrets } from '../../src/server/secrets';
import { askVersion, compatible, parseVersion } from '../../src/server/version';
import { shifted, touches } from '../../src/live/shift';
import { needsProgram, program } from './server';

const sources = (rest: Partial<Sources> = {}): Sources => ({ setting: '', environment: {}, extension: '/ext', platform: 'linux', ...rest });
const files = (...paths: string[]) => (path: string) => paths.includes(path);

test('the setting comes first, then the environment, the bundled server and the search path', () => {
  const bundled = join('/ext', 'server', 'downbeat');
  const all = files('/own', '/env', bundled, join('/bin', 'downbeat'));
  const environment = { DOWNBEAT_SERVER: '/env', PATH: ['/none', '/bin'].join(delimiter) };
  assert.equal(findServer(sources({ setting: '/own', environment }), all).origin, 'setting');
  assert.equal(findServer(sources({ environment }), all).origin, 'environment');
  assert.equal(findServer(sources({ environment: { PATH: '/bin' } }), all).path, bundled);
  assert.equal(findServer(sources({ environment: { PATH: environment.PATH } }), files('/bin/downbeat')).origin, 'path');
});

test('a server that is named and not there is an error, and no other is taken', () => {
  const all = files(join('/ext', 'server', 'downbeat'));
  assert.throws(() => findServer(sources({ setting: '/gone' }), all), /downbeat\.server\.path.*\/gone/);
  assert.throws(() => findServer(sources({ environment: { DOWNBEAT_SERVER: '/gone' } }), all), ServerMissing);
  assert.throws(() => findServer(sources(), files()), /search path/);
});

test('on Windows it is called downbeat.exe', () => {
  const path = join('/ext', 'server', 'downbeat.exe');
  assert.equal(findServer(sources({ platform: 'win32' }), files(path)).path, path);
});

test('before 1.0 the minor version counts', () => {
  const of = (text: string) => parseVersion(text)!;
  assert.ok(compatible(of('downbeat 0.1.9\n'), of('0.1.0')));
  assert.ok(!compatible(of('0.2.0'), of('0.1.0')));
  assert.ok(compatible(of('1.4.0'), of('1.0.2')));
  assert.ok(!compatible(of('2.0.0'), of('1.0.2')));
  assert.equal(parseVersion('GNU ls 9.1'), undefined);
});

test('what is no server says so', async () => {
  await assert.rejects(askVersion('/bin/echo', {}), /no Downbeat server/);
  await assert.rejects(askVersion('/no/such/file', {}), /does not run/);
});

test('the server tells its version', needsProgram, async () => {
  assert.ok(await askVersion(program!, process.env));
});

test('a few crashes are forgiven, many in a short time are not, and old ones are forgotten', () => {
  const judge = crashJudge(4, 180_000);
  assert.deepEqual([0, 1, 2, 3].map(judge), Array(4).fill('restart'));
  assert.equal(judge(4), 'giveUp');
  const patient = crashJudge(4, 180_000);
  assert.ok(Array.from({ length: 20 }, (_, index) => patient(index * 60_000)).every((verdict) => verdict === 'restart'));
});

test('lines below an edit move, lines above stay', () => {
  const insert = { start: 3, end: 3, lines: 2 };
  assert.deepEqual([2, 3, 4].map((line) => shifted(line, [insert])), [2, 3, 6]);
  const remove = { start: 3, end: 8, lines: 0 };
  assert.deepEqual([3, 8, 9].map((line) => shifted(line, [remove])), [3, 3, 4]);
  assert.equal(shifted(10, [insert, { start: 6, end: 7, lines: 0 }]), 11);
});

test('an edit touches the lines that it leaves, not those that follow', () => {
  const remove = { start: 3, end: 8, lines: 0 };
  assert.ok(touches(1, 3, remove));
  assert.ok(!touches(4, 6, remove));
  assert.ok(touches(4, 6, { start: 2, end: 2, lines: 3 }));
});

test('a traced run does not tell its inputs', () => {
  const run = "Sending request 'workspace/executeCommand - (7)'.\nParams: {\n  \"key\": \"hunter2\"\n}";
  assert.ok(!withoutSecrets(run).includes('hunter2'));
  const hover = "Sending request 'textDocument/hover - (8)'.\nParams: {}";
  assert.equal(withoutSecrets(hover), hover);
});
