/** Runs: begun from a lens, a command, a key or the run view; ended by the user. */

import { posix } from 'node:path';
import { commands, Selection as Cursor, TextEditorRevealType, Uri, window, workspace, type TextDocument } from 'vscode';
import { ExecuteCommandRequest, ResponseError } from 'vscode-languageclient/node';
import { documentOf, stepAt } from '../live/places';
import { currentEditor } from '../editors';
import { askForInputs, askForMissing } from '../inputs/ask';
import { recall, remember } from '../inputs/memory';
import type { Values } from '../inputs/values';
import { CANCEL, INPUTS, PAUSE, RUN, UNPAUSE, type Input, type Refused, type RunArguments, type RunId, type Selection } from '../protocol';
import type { Session } from '../session';
import * as settings from '../settings';

/** Which part of the pipeline runs, by the step under the cursor. */
export type Which = keyof Selection;

/** Where the values of a run's inputs come from. */
export type Inputs = 'ask' | 'last' | Values;

/** Runs a pipeline or a part of it, unless something is in the way; says what. Answers with the run's id. */
export async function start(session: Session, document: TextDocument, selection: Selection, from: Inputs): Promise<string | undefined> {
  if (!workspace.isTrusted) return refuseUntrusted();
  if (session.server.condition.is !== 'running') {
    return void complain('the Downbeat server does not run', 'Restart Server', 'downbeat.restartServer');
  }
  const uri = asServerUri(session, document);
  try {
    const inputs = typeof from === 'object' ? from : await gather(session, document, uri, from);
    if (!inputs) return undefined;
    const argument: RunArguments = { uri, ...selection, inputs };
    const answer: RunId = await session.server.client.sendRequest(ExecuteCommandRequest.type, { command: RUN, arguments: [argument] });
    session.book.begin(answer.run, document.uri.toString(), selection);
    return answer.run;
  } catch (error) {
    return sayRefused(error);
  }
}

/** The values of the inputs, typed now or before; undefined when the user gave up. */
async function gather(session: Session, document: TextDocument, uri: string, how: 'ask' | 'last'): Promise<Values | undefined> {
  const inputs = await session.server.client.sendRequest<Input[]>(INPUTS, { uri });
  const memory = session.context.workspaceState;
  const before = recall(memory, uri, inputs);
  const asksForAll = how === 'ask' && inputs.length > 0 && settings.askForInputs() === 'always';
  const name = posix.basename(document.uri.path);
  const given = await (asksForAll ? askForInputs(name, inputs, before) : askForMissing(inputs, before));
  if (given) await remember(memory, uri, inputs, given);
  return given;
}

/** The pipeline in the editor; says when there is none. */
export function activePipeline(): TextDocument | undefined {
  const editor = currentEditor();
  if (editor) return editor.document;
  void window.showWarningMessage('Downbeat: open a pipeline first.');
  return undefined;
}

/** The part of the pipeline that `which` means at the cursor. */
export async function selectionAtCursor(session: Session, document: TextDocument, which: Which): Promise<Selection | undefined> {
  const line = currentEditor()?.selection.active.line ?? 0;
  const place = stepAt(await session.places.of(document), line);
  if (place) return { [which]: place.id };
  void window.showWarningMessage('Downbeat: the cursor stands in no step.');
  return undefined;
}

/** Cancels a run: the given one, else the active document's, else the newest. */
export const cancel = (session: Session, id?: string): Promise<void> => tell(session, CANCEL, id);

/** Lets a run, chosen likewise, begin nothing for now. */
export const pause = (session: Session, id?: string): Promise<void> => tell(session, PAUSE, id);

/** Lets a run, chosen likewise, go on. */
export const unpause = (session: Session, id?: string): Promise<void> => tell(session, UNPAUSE, id);

async function tell(session: Session, command: string, id?: string): Promise<void> {
  const going = session.book.running();
  const uri = currentEditor()?.document.uri.toString();
  const run = id ?? (going.find((it) => it.uri === uri) ?? going[0])?.id;
  if (!run) return void window.showInformationMessage('Downbeat: nothing runs.');
  try {
    await session.server.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [{ run }] });
  } catch (error) {
    sayRefused(error);
  }
}

export const asServerUri = (session: Session, document: TextDocument): string =>
  session.server.client.code2ProtocolConverter.asUri(document.uri);

/** Opens the line of a step of a run, by its key. */
export async function goToStep(session: Session, uri: string, key: string): Promise<void> {
  const document = documentOf(uri) ?? (await workspace.openTextDocument(Uri.parse(uri)));
  const editor = await window.showTextDocument(document);
  const place = (await session.places.of(document)).find((it) => it.key === key);
  if (!place) return void window.showInformationMessage(`Downbeat: there is no step \`${key}\` any more.`);
  editor.selection = new Cursor(place.name.start, place.name.start);
  editor.revealRange(place.name, TextEditorRevealType.InCenterIfOutsideViewport);
}

export function refuseUntrusted(): undefined {
  void complain('nothing runs in a workspace that you do not trust', 'Manage Trust', 'workbench.trust.manage');
}

export function sayRefused(error: unknown): undefined {
  const message = error instanceof Error ? error.message : String(error);
  const refused = error instanceof ResponseError ? (error.data as Refused | undefined) : undefined;
  if (refused?.reason === 'untrusted') return refuseUntrusted();
  if (refused?.reason === 'running') return void complain(message, 'Cancel Run', 'downbeat.cancelRun');
  if (refused?.reason === 'findings') void complain(message, 'Show Problems', 'workbench.actions.view.problems');
  else void complain(message, 'Show Server Log', 'downbeat.showServerLog');
}

async function complain(message: string, action: string, command: string): Promise<void> {
  if ((await window.showErrorMessage(`Downbeat: ${message}.`, action)) === action) await commands.executeCommand(command);
}
