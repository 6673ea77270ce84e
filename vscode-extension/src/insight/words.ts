/** A model's words in the hover of a pipeline's name: the facts stand at once, the words come in below them. */

import { EventEmitter, Hover, languages, MarkdownString, workspace, type CancellationToken, type Disposable, type Event, type Position, type TextDocument } from 'vscode';
import { WORDS } from '../protocol';
import { SELECTOR } from '../server/client';
import type { Session } from '../session';
import * as settings from '../settings';

const WORDING = 'downbeat/wording';

/** The answer of the server. */
type Said = { readonly state: 'nothing' | 'coming' } | { readonly state: 'there'; readonly wording: Wording };

/** What a model says of a pipeline; nothing where the facts cover none of it. */
export interface Wording {
  readonly model: string;
  readonly text: string | null;
}

/** As Markdown; empty where there is nothing to say. */
export const told = (wording?: Wording): string =>
  wording?.text ? `${wording.text}\n\n*In the words of \`${wording.model}\`.*` : '';

/** The pipelines, by their URI, of which a model has spoken, or said nothing. */
export function hearWords({ context, server }: Session): Event<string> {
  const spoken = new EventEmitter<string>();
  context.subscriptions.push(
    spoken,
    server.client.onNotification(WORDS, ({ uri }: { uri: string }) => spoken.fire(server.client.protocol2CodeConverter.asUri(uri).toString())),
  );
  return spoken.event;
}

/** A provider of its own: VS Code shows what one has while it waits for another. */
export function showWords({ context, server }: Session, spoken: Event<string>): void {
  const provideHover = async (document: TextDocument, position: Position, token: CancellationToken): Promise<Hover | undefined> => {
    const place = server.client.code2ProtocolConverter.asTextDocumentPositionParams(document, position);
    const version = document.version;
    while (workspace.isTrusted && settings.wording() === 'on' && server.condition.is === 'running') {
      const news = wait(document, spoken, server.onDidChange, token);
      try {
        const said = await server.client.sendRequest<Said>(WORDING, place, token);
        if (said.state === 'coming') await news.come;
        const text = said.state === 'there' ? told(said.wording) : '';
        if (said.state !== 'coming') return text ? new Hover(new MarkdownString(text)) : undefined;
      } catch {
        // Cancelled, overtaken by an edit, or without a server: the facts stand alone.
        return undefined;
      } finally {
        news.dispose();
      }
      if (token.isCancellationRequested || document.version !== version) return undefined;
    }
    return undefined;
  };
  context.subscriptions.push(languages.registerHoverProvider(SELECTOR, { provideHover }));
}

/** `come` resolves when a model has spoken of the document, or nobody waits for that any more. */
function wait(document: TextDocument, spoken: Event<string>, server: Event<unknown>, token: CancellationToken): { readonly come: Promise<void> } & Disposable {
  const uri = document.uri.toString();
  const listeners: Disposable[] = [];
  const come = new Promise<void>((resolve) => {
    listeners.push(
      spoken((of) => of === uri && resolve()),
      workspace.onDidChangeTextDocument((change) => change.document === document && resolve()),
      workspace.onDidCloseTextDocument((closed) => closed === document && resolve()),
      server(() => resolve()),
      token.onCancellationRequested(() => resolve()),
    );
    if (token.isCancellationRequested) resolve();
  });
  return { come, dispose: () => listeners.forEach((it) => it.dispose()) };
}
