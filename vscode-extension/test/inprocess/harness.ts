import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../src/extension';

export type Tests = Readonly<Record<string, () => Promise<void>>>;

type Found<T> = NonNullable<Exclude<T, false>>;

/** Waits until `found` gives something. */
export async function until<T>(what: string, found: () => T | Promise<T>, ms = 20_000): Promise<Found<T>> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const value = await found();
    if (value) return value as Found<T>;
  }
  throw new Error(`timed out waiting for ${what}`);
}

/** A line for the person who reads the report. */
export const note = (text: string): void => console.log(`note ${text}`);

export function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (!first) throw new Error('the runner opened no folder');
  return first.uri.fsPath;
}

/** Writes a file into the workspace and shows it; an editor that already shows it gets the text. */
export async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const path = join(folder(), name);
  await writeFile(path, text);
  const document = await vscode.workspace.openTextDocument(path);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  if (document.getText() !== text) {
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.replace(whole, text));
    await document.save();
  }
  return editor;
}

export function extension(): vscode.Extension<Api> {
  const found = vscode.extensions.getExtension<Api>('downbeat.downbeat');
  if (!found) throw new Error('the extension is not there');
  return found;
}

/** The extension with its server up. */
export async function api(): Promise<Api> {
  const api = await extension().activate();
  await api.started;
  return api;
}

export async function lenses(document: vscode.TextDocument): Promise<vscode.Command[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 100);
  return found.flatMap(({ command }) => command ?? []);
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
