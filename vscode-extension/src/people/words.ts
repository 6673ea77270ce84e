/** A question in the words and rows of a quick pick or an input box. */

import type { Question } from '../protocol';

export interface Row {
  readonly label: string;
  readonly description?: string;
  readonly value: unknown;
}

export const titleOf = ({ path, title, text }: Question): string => `${path}: ${title ?? text}`;

/** What helps to answer: why the last answer did not fit, the question behind a title, what is expected. */
export function hint({ complaint, title, text, kind, least, most, required }: Question): string {
  const range = kind === 'number' && least !== undefined && most !== undefined ? `${least} to ${most}` : undefined;
  const parts = [complaint, title === undefined ? undefined : text, range, required ? undefined : 'optional'];
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** What there is to choose, the default first, so that Enter takes it; nothing where the user types. */
export function rowsOf({ kind, choices, default: preset }: Question): Row[] {
  const all =
    kind === 'boolean'
      ? [
          { label: 'Yes', value: true },
          { label: 'No', value: false },
        ]
      : (choices ?? []);
  const rows = all.map(({ label, value }): Row => (same(value, preset) ? { label, value, description: 'default' } : { label, value }));
  return rows.sort((a, b) => Number('description' in b) - Number('description' in a));
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b ?? undefined);
