/**
 * Failed steps of the newest run of a document as problems on their lines, so that the list of problems, the keys that walk through
 * it and screen readers find them. An edit of the step takes its problem away.
 */

import { Diagnostic, DiagnosticSeverity, languages, workspace, type TextDocument } from 'vscode';
import type { Run } from '../runs/run';
import { throttle } from '../runs/throttle';
import type { Session } from '../session';
import { documentOf } from './places';
import type { Staleness } from './staleness';

const INTERVAL_MS = 200;

export function showProblems({ book, context, places, stale }: Session): void {
  const collection = languages.createDiagnosticCollection('downbeat run');
  const waiting = new Set<string>();

  const put = (document: TextDocument) => {
    const run = book.newest(document.uri.toString());
    const found = run ? places.now(document).flatMap((place) => problem(run, place.key, stale, place.name)) : [];
    collection.set(document.uri, found);
  };
  const work = throttle(INTERVAL_MS, () => {
    for (const uri of waiting) {
      const document = documentOf(uri);
      if (document) put(document);
    }
    waiting.clear();
  });
  const ask = (uri: string | undefined) => {
    if (uri === undefined) return;
    waiting.add(uri);
    work.ask();
  };

  context.subscriptions.push(
    collection,
    { dispose: () => work.cancel() },
    book.onDidTurn((run) => ask(run.uri)),
    book.onDidHappen(({ run, params }) => /_failed$|_completed$/.test(params.event.type) && ask(run.uri)),
    places.onDidChange((document) => ask(document.uri.toString())),
    workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)),
    stale.onDidChange((run) => ask(run.uri)),
  );
}

function problem(run: Run, key: string, stale: Staleness, range: Diagnostic['range']): Diagnostic[] {
  const step = run.steps.get(key);
  if (!step || (step.state !== 'failed' && step.state !== 'reported') || stale.has(run, key)) return [];
  const severity = step.state === 'failed' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const found = new Diagnostic(range, `${step.state === 'failed' ? 'the step failed' : 'the step reported a failure'}${step.message ? `: ${step.message}` : ''}`, severity);
  found.source = 'downbeat run';
  return [found];
}
