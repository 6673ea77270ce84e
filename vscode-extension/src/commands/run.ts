/** Runs: begun from a lens, a command, a key or the run view; ended by the user. */

import { commands, Selection as Cursor, TextEditorRevealType, Uri, window, workspace, type TextDocument } from 'vscode';
import { ExecuteCommandRequest, ResponseError } from 'vscode-languageclient/node';
import { documentOf, stepAt } from '../live/places';
import { CANCEL, RUN, type Refused, type RunArguments, type RunId, type Selection } from '../protocol';
import type { Session } from '../session';

/** Which part of the pipeline runs, by the step under the cursor. */
export type Which = keyof Selection;

/** Runs `call` unless something is in the way; says what. */
export async function start(session: Session, call: RunArguments): Promise<string | undefined> {
  if (!workspace.isTrusted) {
    refuseUntrusted();
    return undefined;
  }
  if (session.server.condition.is !== 'running') {
    void complain('the Downbeat server does not run', 'Restart Server', 'downbeat.restartServer');
    return undefined;
  }
  const { uri, inputs, ...selection } = call;
  const argument: RunArguments = { uri, ...selection, ...(inputs ? { inputs } : {}) };
  try {
    const { run } = (await session.server.client.sendRequest(ExecuteCommandRequest.type, {
      command: RUN,
      arguments: [argument],
    })) as RunId;
    session.book.begin(run, Uri.parse(uri).toString(), selection);
    return run;
  } catch (error) {
    sayRefused(error);
    return undefined;
  }
}

/** The pipeline in the active editor; says when there is none. */
export function activePipeline(): TextDocument | undefined {
  const document = window.activeTextEditor?.document;
  if (document && (document.languageId === 'downbeat' || document.languageId === 'yaml')) return document;
  void window.showWarningMessage('Downbeat: open a pipeline first.');
  return undefined;
}

/** The part of the pipeline that `which` means at the cursor. */
export async function selectionAtCursor(session: Session, document: TextDocument, which: Which): Promise<Selection | undefined> {
  const line = window.activeTextEditor?.selection.active.line ?? 0;
  const place = stepAt(await session.places.of(document), line);
  if (place) return { [which]: place.id };
  void window.showWarningMessage('Downbeat: the cursor stands in no step.');
  return undefined;
}

/** Cancels a run: the given one, else the active document's, else the newest. */
export async function cancel(session: Session, id?: string): Promise<void> {
  const going = session.book.running();
  const uri = window.activeTextEditor?.document.uri.toString();
  const run = id ?? (going.find((it) => it.uri === uri) ?? going[0])?.id;
  if (!run) return void window.showInformationMessage('Downbeat: nothing runs.');
  try {
    await session.server.client.sendRequest(ExecuteCommandRequest.type, { command: CANCEL, arguments: [{ run }] });
  } catch (error) {
    sayRefused(error);
  }
}

export const asServerUri = (session: Session, document: TextDocument): string =>
  session.server.client.code2ProtocolConverter.asUri(document.uri);

/** Opens the line of a step of a run. */
export async function goToStep(session: Session, uri: string, step: string): Promise<void> {
  const document = documentOf(uri) ?? (await workspace.openTextDocument(Uri.parse(uri)));
  const editor = await window.showTextDocument(document);
  const place = (await session.places.of(document)).find((it) => it.id === step);
  if (!place) return void window.showInformationMessage(`Downbeat: there is no step \`${step}\` any more.`);
  editor.selection = new Cursor(place.name.start, place.name.start);
  editor.revealRange(place.name, TextEditorRevealType.InCenterIfOutsideViewport);
}

function refuseUntrusted(): void {
  void complain('nothing runs in a workspace that you do not trust', 'Manage Trust', 'workbench.trust.manage');
}

function sayRefused(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const refused = error instanceof ResponseError ? (error.data as Refused | undefined) : undefined;
  if (refused?.reason === 'untrusted') return refuseUntrusted();
  if (refused?.reason === 'findings') void complain(message, 'Show Problems', 'workbench.actions.view.problems');
  else void complain(message, 'Show Server Log', 'downbeat.showServerLog');
}

async function complain(message: string, action: string, command: string): Promise<void> {
  if ((await window.showErrorMessage(`Downbeat: ${message}.`, action)) === action) await commands.executeCommand(command);
}
