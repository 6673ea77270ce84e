/**
 * Life beside Red Hat's YAML extension. It serves documents of language `yaml` (and, as its selector is written, no file by name), so
 * ours of language `downbeat` are not its business. In plain YAML both are at work: there, what is wrong with the YAML itself is
 * left to it, so that nothing is said twice.
 */

import { extensions, workspace, type Diagnostic, type TextDocument } from 'vscode';

const EXTENSION = 'redhat.vscode-yaml';

/** Our codes for what any YAML parser finds. */
const YAML_CODES: ReadonlySet<unknown> = new Set([
  'bad-indentation',
  'duplicate-key',
  'not-strict-yaml',
  'unclosed-bracket',
  'unclosed-quote',
  'undefined-alias',
  'yaml-syntax',
]);

/** The findings of a document that are ours to show. */
export function ownFindings(document: TextDocument, findings: readonly Diagnostic[]): Diagnostic[] {
  if (!isShared(document)) return [...findings];
  return findings.filter(({ code }) => !YAML_CODES.has(typeof code === 'object' ? code.value : code));
}

const isShared = ({ languageId, uri }: TextDocument): boolean =>
  languageId === 'yaml' && extensions.getExtension(EXTENSION) !== undefined && workspace.getConfiguration('yaml', uri).get('validate', true);
