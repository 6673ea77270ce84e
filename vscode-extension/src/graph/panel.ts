/** One graph beside its pipeline: asks the server for the drawing, hands it to the page, and takes the user to the text. */

import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { Disposable, Range, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace, type TextEditor, type WebviewPanel } from 'vscode';
import { documentOf } from '../live/places';
import type { Run } from '../runs/run';
import { throttle } from '../runs/throttle';
import { runLine } from '../runs/words';
import type { Session } from '../session';
import { nodeAt, type Drawing, type Span } from './drawing';
import type { FromPage, Notice, ToPage } from './messages';
import { page } from './page';
import { statesOf } from './states';

const GRAPH = 'downbeat/graph';
/** A burst of edits is drawn once. */
const REDRAW_MS = 150;
/** How often a request that failed is made again. */
const RETRIES = 4;
/** Colours of a run change no more often, however many events there are. */
const COLOUR_MS = 100;

export class GraphPanel extends Disposable {
  private readonly parts: Disposable[] = [];
  private readonly redraw = throttle(REDRAW_MS, () => void this.draw());
  private readonly recolour = throttle(COLOUR_MS, () => this.colour());
  private drawing: Drawing | undefined;
  private cursor: string | undefined;
  private isReady = false;
  /** Requests that failed in a row. */
  private missed = 0;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Session,
    private readonly panel: WebviewPanel,
    readonly uri: string,
  ) {
    super(() => this.end());
    const { webview } = panel;
    const { extensionUri } = session.context;
    const folder = [Uri.joinPath(extensionUri, 'dist'), Uri.joinPath(extensionUri, 'media')];
    webview.options = { enableScripts: true, localResourceRoots: folder };
    panel.title = `Graph: ${this.name}`;
    this.parts.push(
      webview.onDidReceiveMessage((message: FromPage) => this.take(message)),
      panel.onDidChangeViewState(() => this.redraw.ask()),
      session.book.onDidChange((run) => run.uri === uri && this.recolour.ask()),
      session.server.onDidChange(() => this.redraw.ask()),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
      workspace.onDidOpenTextDocument((document) => document.uri.toString() === uri && this.redraw.ask()),
    );
    panel.onDidDispose(() => this.dispose(), undefined, this.parts);
    webview.html = page({
      script: webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', 'graph.js')).toString(),
      style: webview.asWebviewUri(Uri.joinPath(extensionUri, 'media', 'graph.css')).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      uri,
    });
  }

  /** What the page shows. */
  get shown(): Drawing | undefined {
    return this.drawing;
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  /** The server says that the drawing is outdated. */
  outdated(): void {
    this.redraw.ask();
  }

  private get name(): string {
    return posix.basename(Uri.parse(this.uri).path);
  }

  private end(): void {
    this.redraw.cancel();
    this.recolour.cancel();
    clearTimeout(this.retry);
    for (const part of this.parts) part.dispose();
  }

  private say(message: ToPage): void {
    if (this.isReady) void this.panel.webview.postMessage(message);
  }

  private take(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        // Also after the page was hidden: it begins anew.
        this.isReady = true;
        return this.redraw.ask();
      case 'go':
        return void this.go(message.id, message.focus);
      case 'open':
        return void this.edit(false);
      case 'restart':
        return void this.session.server.restart();
    }
  }

  private async draw(): Promise<void> {
    if (!this.isReady || !this.panel.visible) return;
    const { client, condition } = this.session.server;
    if (condition.is !== 'running') {
      if (condition.is === 'starting') return this.tell({ text: 'The Downbeat server is starting.' });
      return this.tell({ text: 'The Downbeat server does not run.', action: { title: 'Restart Server', asks: 'restart' } });
    }
    const document = documentOf(this.uri);
    if (!document) return this.tell({ text: `${this.name} is not open.`, action: { title: 'Open It', asks: 'open' } });
    try {
      const drawing = await client.sendRequest<Drawing>(GRAPH, { uri: client.code2ProtocolConverter.asUri(document.uri) });
      this.drawing = drawing;
      this.missed = 0;
      this.say({ type: 'drawing', name: this.name, drawing });
      this.cursor = undefined;
      for (const editor of window.visibleTextEditors) this.follow(editor);
      this.colour();
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** An edit overtook the request, or the server has not heard of the document yet: asks again, a few times. */
  private failed(why: string): void {
    this.missed += 1;
    if (this.missed > RETRIES) return this.tell({ text: `There is no graph: ${why}` });
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.redraw.ask(), REDRAW_MS * this.missed);
  }

  private tell(notice: Notice): void {
    this.drawing = undefined;
    this.say({ type: 'notice', name: this.name, notice });
  }

  private colour(): void {
    const run: Run | undefined = this.session.book.newest(this.uri);
    if (run) this.say({ type: 'states', states: statesOf(run), run: run.state === 'running' ? 'running' : runLine(run, Date.now() / 1000) });
  }

  private follow(editor: TextEditor): void {
    if (!this.drawing || editor.document.uri.toString() !== this.uri) return;
    const id = nodeAt(this.drawing.nodes, editor.selection.active.line)?.id;
    if (id === this.cursor) return;
    this.cursor = id;
    this.say({ type: 'cursor', id });
  }

  /** Shows the step of a node in the text. */
  private async go(id: string, focus: 'keep' | 'move'): Promise<void> {
    const node = this.drawing?.nodes.find((it) => it.id === id);
    const span = node?.selectionRange ?? node?.range;
    if (!span) return;
    const editor = await this.edit(focus === 'keep');
    const range = asRange(span);
    editor.selection = new Selection(range.start, range.start);
    editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** The text, where it is shown already, else beside the graph. */
  private async edit(preserveFocus: boolean): Promise<TextEditor> {
    const document = documentOf(this.uri) ?? (await workspace.openTextDocument(Uri.parse(this.uri)));
    const shown = window.visibleTextEditors.find((editor) => editor.document === document);
    const beside = this.panel.viewColumn === ViewColumn.One ? ViewColumn.Beside : ViewColumn.One;
    return window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? beside, preserveFocus });
  }
}

const asRange = ({ start, end }: Span): Range => new Range(start.line, start.character, end.line, end.character);
