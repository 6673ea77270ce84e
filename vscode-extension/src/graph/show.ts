/** Graphs of pipelines, one panel for each; they come back with the window. */

import { commands, Uri, ViewColumn, window, type WebviewPanel } from 'vscode';
import { activePipeline } from '../commands/run';
import type { Session } from '../session';
import type { PageState } from './messages';
import { GraphPanel } from './panel';

const VIEW = 'downbeat.graph';
const CHANGED = 'downbeat/graphChanged';

export interface Graphs {
  /** The open panel of a document. */
  of(uri: string): GraphPanel | undefined;
}

export function showGraphs(session: Session): Graphs {
  const { context, server } = session;
  const panels = new Map<string, GraphPanel>();
  const adopt = (panel: WebviewPanel, uri: string) => {
    const graph = new GraphPanel(session, panel, uri);
    panels.set(uri, graph);
    panel.onDidDispose(() => panels.delete(uri));
    context.subscriptions.push(graph);
  };
  const show = (target?: unknown) => {
    const uri = target instanceof Uri ? target : activePipeline()?.uri;
    if (!uri) return;
    const open = panels.get(uri.toString());
    if (open) return open.reveal();
    adopt(window.createWebviewPanel(VIEW, 'Graph', { viewColumn: ViewColumn.Beside, preserveFocus: true }), uri.toString());
  };
  context.subscriptions.push(
    commands.registerCommand('downbeat.showGraph', show),
    window.registerWebviewPanelSerializer(VIEW, {
      deserializeWebviewPanel: async (panel, state: PageState | undefined) => {
        if (state?.uri && !panels.has(state.uri)) adopt(panel, state.uri);
        else panel.dispose();
      },
    }),
  );
  server.client.onNotification(CHANGED, ({ uri }: { uri: string }) => {
    panels.get(server.client.protocol2CodeConverter.asUri(uri).toString())?.outdated();
  });
  return { of: (uri) => panels.get(uri) };
}
