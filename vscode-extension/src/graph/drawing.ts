/** The drawing of a pipeline as the server gives it; `docs/protocol.md` describes it. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export type NodeKind = 'tool' | 'action' | 'loop' | 'group' | 'unknown' | 'missing' | 'open';
export type Certain = 'always' | 'maybe' | 'earlier' | 'never' | 'unknown';

export interface Node {
  readonly id: string;
  readonly title: string;
  readonly kind: NodeKind;
  readonly stage?: number;
  readonly detail: string;
  readonly condition?: string;
  readonly loop?: { readonly kind: string; readonly bound: string };
  readonly parent?: string;
  readonly range?: Span;
  readonly selectionRange?: Span;
  readonly problems: readonly { readonly severity: string; readonly code: string; readonly message: string }[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly origin: string;
  readonly because: string;
  readonly certain: Certain;
}

export interface Port {
  readonly name: string;
  readonly nodes: readonly string[];
}

export interface Drawing {
  readonly version: number;
  readonly stages: readonly (readonly string[])[];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** All edges from one node to another. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** The firmest of them. */
  readonly certain: Certain;
  /** Each once. */
  readonly reasons: readonly string[];
}

const FIRMNESS: readonly Certain[] = ['always', 'maybe', 'earlier', 'unknown', 'never'];

/** One arrow for each pair of nodes, in the order of their first edges. */
export function arrows(edges: readonly Edge[]): Arrow[] {
  const found = new Map<string, { from: string; to: string; certain: Certain; reasons: string[] }>();
  for (const { from, to, certain, because } of edges) {
    const key = JSON.stringify([from, to]);
    const arrow = found.get(key);
    if (!arrow) {
      found.set(key, { from, to, certain, reasons: [because] });
      continue;
    }
    if (FIRMNESS.indexOf(certain) < FIRMNESS.indexOf(arrow.certain)) arrow.certain = certain;
    if (!arrow.reasons.includes(because)) arrow.reasons.push(because);
  }
  return [...found.values()];
}

/** The innermost node that `line` belongs to. */
export function nodeAt(nodes: readonly Node[], line: number): Node | undefined {
  return nodes.findLast(({ range }) => range && range.start.line <= line && line <= lastLine(range));
}

/** The last line of a range: one that ends before the first character of a line does not belong to that line. */
const lastLine = ({ start, end }: Span): number => (end.character === 0 ? Math.max(start.line, end.line - 1) : end.line);
