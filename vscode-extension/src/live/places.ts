/** On which line each step is named. The server knows; nothing here reads YAML. */

import { EventEmitter, Range, workspace, type Disposable, type TextDocument, type TextDocumentContentChangeEvent } from 'vscode';
import { DocumentSymbolRequest, SymbolKind, type DocumentSymbol, type LanguageClient } from 'vscode-languageclient/node';
import { shifted, type Shift } from './shift';

/** How long typing must pause before the server is asked again. */
const PAUSE_MS = 300;

export interface StepPlace {
  readonly id: string;
  /** Unique in the pipeline: `loop.step` for a step inside a loop. */
  readonly key: string;
  /** Where the id is written. */
  readonly name: Range;
  /** The whole step. */
  readonly range: Range;
}

interface Known {
  version: number;
  places: readonly StepPlace[];
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** The innermost step that `line` belongs to. */
export function stepAt(places: readonly StepPlace[], line: number): StepPlace | undefined {
  return places.findLast((place) => place.range.start.line <= line && line <= place.range.end.line);
}

/** The steps of the documents that somebody asked for. */
export class Places implements Disposable {
  private readonly known = new Map<TextDocument, Known>();
  private readonly changed = new EventEmitter<TextDocument>();
  private readonly listeners: Disposable[];

  /** Places were asked for anew. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly client: LanguageClient) {
    this.listeners = [
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => this.edited(document, contentChanges)),
      workspace.onDidCloseTextDocument((document) => this.forget(document)),
    ];
  }

  /** The steps in the order of their lines, those inside loops too. Empty: no pipeline, or no server. */
  async of(document: TextDocument): Promise<readonly StepPlace[]> {
    const known = this.known.get(document);
    if (known?.version === document.version && known.places.length > 0) return known.places;
    const { version } = document;
    const places = await this.ask(document);
    if (!places) return known?.places ?? [];
    if (!document.isClosed && version === document.version) {
      this.known.set(document, { version, places });
      this.changed.fire(document);
    }
    return places;
  }

  /** What is known now: exact, or moved along with edits until the server was asked again. */
  now(document: TextDocument): readonly StepPlace[] {
    const known = this.known.get(document);
    if (!known) void this.of(document);
    return known?.places ?? [];
  }

  dispose(): void {
    for (const document of [...this.known.keys()]) this.forget(document);
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  private edited(document: TextDocument, changes: readonly TextDocumentContentChangeEvent[]): void {
    const known = this.known.get(document);
    if (!known || changes.length === 0) return;
    const shifts = changes.map(asShift);
    known.places = known.places.map((place) => ({ ...place, name: moved(place.name, shifts), range: moved(place.range, shifts) }));
    clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.of(document), PAUSE_MS);
  }

  private forget(document: TextDocument): void {
    clearTimeout(this.known.get(document)?.timer);
    this.known.delete(document);
  }

  /** What the server says; nothing where it cannot say it now. */
  private async ask(document: TextDocument): Promise<readonly StepPlace[] | undefined> {
    if (!this.client.isRunning()) return undefined;
    const uri = this.client.code2ProtocolConverter.asUri(document.uri);
    try {
      const symbols = await this.client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
      return collect((symbols ?? []) as DocumentSymbol[]).sort((a, b) => a.name.start.line - b.name.start.line);
    } catch {
      // The server ended or the text changed under the request; whoever needs the places asks again.
      return undefined;
    }
  }
}

export const asShift = ({ range, text }: TextDocumentContentChangeEvent): Shift => ({
  start: range.start.line,
  end: range.end.line,
  lines: text.split('\n').length - 1,
});

const moved = (range: Range, shifts: readonly Shift[]): Range =>
  new Range(shifted(range.start.line, shifts), range.start.character, shifted(range.end.line, shifts), range.end.character);

function collect(symbols: readonly DocumentSymbol[], outer = ''): StepPlace[] {
  return symbols.flatMap((symbol) => {
    if (!isStep(symbol)) return collect(symbol.children ?? [], outer);
    const { name: id } = symbol;
    const place = { id, key: outer + id, name: range(symbol.selectionRange), range: lines(range(symbol.range)) };
    return [place, ...collect(symbol.children ?? [], `${place.key}.`)];
  });
}

/** Steps are functions, loops classes; everything else in an outline is no step. */
const isStep = (symbol: DocumentSymbol): boolean => symbol.kind === SymbolKind.Function || symbol.kind === SymbolKind.Class;

const range = ({ start, end }: DocumentSymbol['range']): Range => new Range(start.line, start.character, end.line, end.character);

/** Without the line on which nothing of the step stands: a step's last line break is its own. */
const lines = (range: Range): Range =>
  range.end.character === 0 && range.end.line > range.start.line ? range.with({ end: range.end.translate(-1) }) : range;

export const documentOf = (uri: string): TextDocument | undefined =>
  workspace.textDocuments.find((document) => document.uri.toString() === uri);
