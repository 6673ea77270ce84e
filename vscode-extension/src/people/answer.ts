/** Questions that the steps of a run ask, put to the user. */

import { ViewColumn, window, workspace, type CancellationToken } from 'vscode';
import type { Session } from '../session';
import { ASK, type Answer, type Question } from '../protocol';
import { hint, rowsOf, titleOf } from './words';

export function answerQuestions({ server, context }: Session): void {
  context.subscriptions.push(server.client.onRequest(ASK, answer));
}

/** The answer; none when the user gives none, or the question is taken back. */
export async function answer(question: Question, token: CancellationToken): Promise<Answer> {
  if (question.body) await show(question.body);
  for (;;) {
    const said = await ask(question, token);
    if (said !== undefined) return { answer: said };
    const hasToBe = question.required && (question.default === undefined || question.default === null);
    if (token.isCancellationRequested || !hasToBe) return {};
    const again = await window.showWarningMessage(`${question.path} waits for an answer: ${question.text}`, 'Answer', 'Give No Answer');
    if (again !== 'Answer' || token.isCancellationRequested) return {};
  }
}

async function show(body: NonNullable<Question['body']>): Promise<void> {
  const language = body.format === 'text' ? 'plaintext' : body.format;
  const document = await workspace.openTextDocument({ content: body.text, language });
  await window.showTextDocument(document, { preview: true, preserveFocus: true, viewColumn: ViewColumn.Beside });
}

async function ask(question: Question, token: CancellationToken): Promise<unknown> {
  const title = titleOf(question);
  const rows = rowsOf(question);
  if (rows.length > 0) {
    const row = await window.showQuickPick(rows, { title, placeHolder: hint(question), ignoreFocusOut: true }, token);
    return row?.value;
  }
  if (question.kind === 'lines') return edit(question, token);
  const text = await window.showInputBox(
    {
      title,
      prompt: hint(question),
      password: question.kind === 'secret',
      ignoreFocusOut: true,
      ...(question.kind !== 'secret' && question.default !== undefined && question.default !== null ? { value: String(question.default) } : {}),
    },
    token,
  );
  return text === '' ? undefined : text;
}

/** A document with the draft, and a button that takes what became of it. */
async function edit(question: Question, token: CancellationToken): Promise<string | undefined> {
  const document = await workspace.openTextDocument({ content: question.draft ?? '' });
  await window.showTextDocument(document);
  const use = 'Use This Text';
  const chosen = await window.showInformationMessage(`${titleOf(question)}: ${hint(question)}`, use, 'Give No Answer');
  return chosen === use && !token.isCancellationRequested ? document.getText() : undefined;
}
