/** Which editors are ours. */

import { window, type TextDocument, type TextEditor } from 'vscode';

/** Whether the server may have something to say about a document. */
export const isServed = ({ languageId, uri }: TextDocument): boolean =>
  (languageId === 'downbeat' || languageId === 'yaml') && (uri.scheme === 'file' || uri.scheme === 'untitled');

/** The editor that the user works in; when a panel has the focus, the one that is still in view. */
export function currentEditor(): TextEditor | undefined {
  const active = window.activeTextEditor;
  if (active && active.document.uri.scheme !== 'output') return isServed(active.document) ? active : undefined;
  return window.visibleTextEditors.find(({ document }) => isServed(document));
}
