/** On which line each step is named. The server knows; nothing here reads YAML. */

import { Range, workspace, type TextDocument } from 'vscode';
import { DocumentSymbolRequest, SymbolKind, type DocumentSymbol, type LanguageClient } from 'vscode-languageclient/node';

export interface StepPlace {
  readonly id: string;
  /** Where the id is written. */
  readonly name: Range;
  /** The whole step. */
  readonly range: Range;
}

/** The innermost step that `line` belongs to. */
export function stepAt(places: readonly StepPlace[], line: number): StepPlace | undefined {
  return places.findLast((place) => place.range.start.line <= line && line <= place.range.end.line);
}

/** The steps of documents, asked for once a version. */
export class Places {
  private readonly known = new WeakMap<TextDocument, { version: number; places: Promise<readonly StepPlace[]> }>();

  constructor(private readonly client: LanguageClient) {}

  /** The steps in the order of their lines, those inside loops too. Empty: no pipeline, or no server. */
  of(document: TextDocument): Promise<readonly StepPlace[]> {
    const known = this.known.get(document);
    if (known?.version === document.version) return known.places;
    const places = this.ask(document);
    this.known.set(document, { version: document.version, places });
    return places;
  }

  private async ask(document: TextDocument): Promise<readonly StepPlace[]> {
    const uri = this.client.code2ProtocolConverter.asUri(document.uri);
    try {
      const symbols = await this.client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
      return collect((symbols ?? []) as DocumentSymbol[]).sort((a, b) => a.name.start.line - b.name.start.line);
    } catch {
      // No server, or the text changed under the request: the next one asks again.
      this.known.delete(document);
      return [];
    }
  }
}

function collect(symbols: readonly DocumentSymbol[]): StepPlace[] {
  return symbols.flatMap((symbol) => {
    const inner = collect(symbol.children ?? []);
    return isStep(symbol) ? [{ id: symbol.name, name: range(symbol.selectionRange), range: range(symbol.range) }, ...inner] : inner;
  });
}

/** Steps are functions, loops classes; everything else in an outline is no step. */
const isStep = (symbol: DocumentSymbol): boolean => symbol.kind === SymbolKind.Function || symbol.kind === SymbolKind.Class;

const range = ({ start, end }: DocumentSymbol['range']): Range => new Range(start.line, start.character, end.line, end.character);

export const documentOf = (uri: string): TextDocument | undefined =>
  workspace.textDocuments.find((document) => document.uri.toString() === uri);
