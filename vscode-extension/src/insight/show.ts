/** What a pipeline is for and how it works, as a Markdown page beside it that follows the text. */

import { posix } from 'node:path';
import { commands, EventEmitter, Uri, workspace, type Event } from 'vscode';
import { activePipeline } from '../commands/run';
import { throttle } from '../runs/throttle';
import type { Session } from '../session';
import { told, type Wording } from './words';

const SCHEME = 'downbeat-insight';
const INSIGHT = 'downbeat/insight';
/** A burst of edits is told once. */
const RETELL_MS = 300;

/** The answer of the server, as far as it is shown. */
interface Insight {
  readonly explanation: string;
  readonly architecture: string;
  /** What a model says, where one is asked and has answered. */
  readonly wording?: Wording;
}

export function showInsights(session: Session, spoken: Event<string>): void {
  const { context, server } = session;
  const changed = new EventEmitter<Uri>();
  /** Pages that were shown, by their pipeline. */
  const pages = new Map<string, Uri>();
  const retell = throttle(RETELL_MS, () => pages.forEach((page) => changed.fire(page)));
  const provider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (page: Uri): Promise<string> => {
      try {
        return words(await server.client.sendRequest<Insight>(INSIGHT, { uri: page.query }));
      } catch (error) {
        return `This cannot be told now: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
  const explain = async (target?: unknown) => {
    const uri = target instanceof Uri ? target : activePipeline()?.uri;
    if (!uri) return;
    // The page of a pipeline that is not open could not be told.
    await workspace.openTextDocument(uri);
    const query = server.client.code2ProtocolConverter.asUri(uri);
    const page = Uri.from({ scheme: SCHEME, path: `/${posix.basename(uri.path)}.md`, query });
    pages.set(uri.toString(), page);
    changed.fire(page);
    await commands.executeCommand('markdown.showPreviewToSide', page);
  };
  context.subscriptions.push(
    changed,
    spoken(() => retell.ask()),
    workspace.registerTextDocumentContentProvider(SCHEME, provider),
    workspace.onDidChangeTextDocument(({ document }) => pages.has(document.uri.toString()) && retell.ask()),
    commands.registerCommand('downbeat.explain', explain),
  );
}

const words = ({ explanation, architecture, wording }: Insight): string => {
  const said = told(wording);
  return `${explanation}${said && `\n\n---\n\n${said}`}\n\n## Step by step\n\n${architecture}`;
};
