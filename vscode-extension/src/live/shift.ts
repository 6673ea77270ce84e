/** Lines before and after an edit. */

/** An edit by lines: `start` to `end` (from 0, both touched) became `lines` line breaks. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly lines: number;
}

/** The line after edits that do not overlap, all counted in the text before them. */
export function shifted(line: number, edits: readonly Shift[]): number {
  let delta = 0;
  for (const { start, end, lines } of edits) {
    if (end < line || (end === line && start < line)) delta += lines - (end - start);
  }
  return Math.max(0, line + delta);
}

/** Whether an edit changed something in `first` to `last`, which are lines of the text after it. */
export const touches = (first: number, last: number, { start, lines }: Shift): boolean => first <= start + lines && start <= last;
