/** The state of each step of the newest run, beside the line that names it. */

import {
  DecorationRangeBehavior,
  MarkdownString,
  Range,
  ThemeColor,
  window,
  workspace,
  type DecorationOptions,
  type TextDocument,
  type TextEditor,
  type TextEditorDecorationType,
} from 'vscode';
import { isServed } from '../editors';
import { isLive, newStep, type Run, type Step, type StepState } from '../runs/run';
import { throttle } from '../runs/throttle';
import { lastLine, stepLine } from '../runs/words';
import type { Session } from '../session';
import * as settings from '../settings';
import type { StepPlace } from './places';
import type { Staleness } from './staleness';

/** Redraws come no closer than this, however many events there are. */
const REDRAW_MS = 100;
/** How often a running step's time moves. */
const TICK_MS = 1000;
/** Lines above and below the visible ones that are drawn too, so that scrolling shows no gap. */
const MARGIN = 100;

type Look = StepState | 'stale';

const COLORS: Readonly<Record<Look, string>> = {
  waiting: 'editorCodeLens.foreground',
  running: 'charts.blue',
  retrying: 'charts.orange',
  done: 'charts.green',
  reported: 'charts.orange',
  failed: 'errorForeground',
  skipped: 'editorCodeLens.foreground',
  unfinished: 'editorCodeLens.foreground',
  stale: 'editorCodeLens.foreground',
};
const MARKS: Readonly<Record<StepState, string>> = {
  waiting: '○',
  running: '▶',
  retrying: '↻',
  done: '✓',
  reported: '!',
  failed: '✗',
  skipped: '↷',
  unfinished: '–',
};

/** What is drawn at a line, for tests. */
export interface DrawnLine {
  readonly line: number;
  readonly text: string;
}

export interface LiveStatus {
  /** What is drawn in an editor, in the order of its lines. */
  drawn(editor: TextEditor): readonly DrawnLine[];
}

export function showLiveStatus(session: Session): LiveStatus {
  const { book, context, places, stale } = session;
  const types = Object.fromEntries(
    Object.entries(COLORS).map(([look, color]) => [look, decoration(color, look === 'stale')]),
  ) as Record<Look, TextEditorDecorationType>;
  const drawn = new WeakMap<TextEditor, Map<Look, { signature: string; lines: readonly DrawnLine[] }>>();

  const draw = (editor: TextEditor) => {
    const run = settings.liveStatus() ? book.newest(editor.document.uri.toString()) : undefined;
    const looks = run ? looksOf(run, editor, places.now(editor.document), stale) : new Map<Look, DecorationOptions[]>();
    const before = drawn.get(editor) ?? new Map();
    for (const [look, type] of Object.entries(types) as [Look, TextEditorDecorationType][]) {
      const options = looks.get(look) ?? [];
      const lines = options.map(({ range, renderOptions }) => ({ line: range.start.line, text: renderOptions?.after?.contentText ?? '' }));
      const signature = JSON.stringify(lines);
      if (signature === (before.get(look)?.signature ?? '[]')) continue;
      before.set(look, { signature, lines });
      editor.setDecorations(type, options);
    }
    drawn.set(editor, before);
  };
  const redraw = throttle(REDRAW_MS, () => window.visibleTextEditors.filter(({ document }) => isServed(document)).forEach(draw));
  const ticking = setInterval(() => book.running().length > 0 && redraw.ask(), TICK_MS);

  context.subscriptions.push(
    ...Object.values(types),
    { dispose: () => (redraw.cancel(), clearInterval(ticking)) },
    book.onDidChange(() => redraw.ask()),
    book.onDidTurn(() => redraw.ask()),
    places.onDidChange(() => redraw.ask()),
    window.onDidChangeVisibleTextEditors(() => redraw.ask()),
    window.onDidChangeTextEditorVisibleRanges(() => redraw.ask()),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(`${settings.SECTION}.live`) && redraw.ask()),
    stale.onDidChange(() => redraw.ask()),
  );
  return {
    drawn: (editor) => [...(drawn.get(editor)?.values() ?? [])].flatMap(({ lines }) => lines).sort((a, b) => a.line - b.line),
  };
}

/** The decorations of an editor by their look; only for the lines that are in view, so that long files cost no more. */
function looksOf(run: Run, editor: TextEditor, places: readonly StepPlace[], stale: Staleness): Map<Look, DecorationOptions[]> {
  const looks = new Map<Look, DecorationOptions[]>();
  const now = Date.now() / 1000;
  const seen = editor.visibleRanges.map((range) => [range.start.line - MARGIN, range.end.line + MARGIN] as const);
  for (const place of places) {
    const { line } = place.name.start;
    if (line >= editor.document.lineCount || !seen.some(([first, last]) => first <= line && line <= last)) continue;
    const step = run.steps.get(place.key) ?? (isAwaited(run, place.key) ? newStep(place.id, place.key) : undefined);
    if (!step) continue;
    const look = stale.has(run, place.key) && !isLive(step) ? 'stale' : step.state;
    const list = looks.get(look) ?? [];
    list.push(option(editor.document, line, step, look, now));
    looks.set(look, list);
  }
  return looks;
}

/** Whether a step that nothing was heard of is still to come. What a part of a pipeline takes along, only the server knows. */
function isAwaited({ state, selection: { only, from, until } }: Run, key: string): boolean {
  return state === 'running' && !from && !until && (!only || key === only || key.startsWith(`${only}.`));
}

function option(document: TextDocument, line: number, step: Step, look: Look, now: number): DecorationOptions {
  const output = isLive(step) && settings.liveOutput() ? lastLine(step.tail) : '';
  const parts = [`${MARKS[step.state]} ${stepLine(step, now)}`, output, look === 'stale' ? 'before your edit' : ''];
  const { end } = document.lineAt(line).range;
  return {
    range: new Range(end, end),
    renderOptions: { after: { contentText: parts.filter(Boolean).join(' · ') } },
    ...(step.tail || step.message ? { hoverMessage: details(step) } : {}),
  };
}

function details(step: Step): MarkdownString {
  const text = new MarkdownString();
  if (step.message) text.appendText(step.message).appendMarkdown('\n\n');
  if (step.tail) text.appendCodeblock(step.tail.trimEnd(), 'text');
  return text;
}

const decoration = (color: string, isFaint: boolean): TextEditorDecorationType =>
  window.createTextEditorDecorationType({
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
    after: { color: new ThemeColor(color), margin: '0 0 0 2em', ...(isFaint ? { fontStyle: 'italic' } : {}) },
  });
