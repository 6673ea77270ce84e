/** Going on with a run that did not come to its end. */

import { Uri, window, workspace } from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import { RESUME, type RunId } from '../protocol';
import type { Session } from '../session';
import { earlierRuns, isUnfinished, type EarlierRun } from '../view/earlier';
import { refuseUntrusted, sayRefused } from './run';

/** Goes on with a run: the given one, else one that is chosen among those that were interrupted or cancelled. */
export async function resume(session: Session, id?: string): Promise<void> {
  if (!workspace.isTrusted) return refuseUntrusted();
  const unfinished = await open(session);
  const run = id ? unfinished.find((it) => it.run === id) : await choose(unfinished);
  if (!id && !run) return;
  try {
    // The server looks for runs in the workspaces of the documents that are open.
    if (run?.file) await workspace.openTextDocument(Uri.file(run.file));
    const params = { command: RESUME, arguments: [{ run: id ?? run?.run }] };
    const answer: RunId = await session.server.client.sendRequest(ExecuteCommandRequest.type, params);
    const uri = run?.file ? Uri.file(run.file).toString() : '';
    session.book.begin(answer.run, uri, {});
  } catch (error) {
    sayRefused(error);
  }
}

async function open(session: Session): Promise<EarlierRun[]> {
  return (await earlierRuns(session)).filter(isUnfinished);
}

async function choose(runs: EarlierRun[]): Promise<EarlierRun | undefined> {
  if (runs.length === 0) return void window.showInformationMessage('Downbeat: no run was interrupted or cancelled.');
  const items = runs.map((run) => ({ label: run.pipeline, description: run.status, detail: run.run, run }));
  return (await window.showQuickPick(items, { placeHolder: 'The run to go on with' }))?.run;
}
