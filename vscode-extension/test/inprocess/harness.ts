import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension';

export type Tests = Readonly<Record<string, () => Promise<void>>>;

/** Waits until `found` gives something. */
export async function until<T>(what: string, found: () => T | Promise<T>, ms = 20_000): Promise<NonNullable<Exclude<T, false>>> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const value = await found();
    if (value) return value as NonNullable<Exclude<T, false>>;
  }
  throw new Error(`timed out waiting for ${what}`);
}

export function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) throw new Error('the runner opened no folder');
  return first.uri.fsPath;
}

/** Writes a file into the workspace and shows it. */
export async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const path = join(folder(), name);
  await writeFile(path, text);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(path));
}

export async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('downbeat.downbeat');
  if (!extension) throw new Error('the extension is not there');
  return extension.activate();
}

export async function summary(groups: Readonly<Record<string, Tests>>): Promise<void> {
  let passed = 0;
  const failed: string[] = [];
  for (const [group, tests] of Object.entries(groups)) {
    for (const [name, test] of Object.entries(tests)) {
      const before = Date.now();
      try {
        await test();
        passed += 1;
        console.log(`ok   ${group}: ${name} (${Date.now() - before} ms)`);
      } catch (error) {
        failed.push(`${group}: ${name}`);
        console.log(`FAIL ${group}: ${name}: ${(error as Error).stack ?? String(error)}`);
      }
    }
  }
  console.log(`${passed} passed, ${failed.length} failed`);
  if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
}
