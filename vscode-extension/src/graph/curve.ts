/** Ways as the `d` of an SVG path. Pure. */

import type { Point } from './layout';

/** A line through points with round corners. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return '';
  const parts = [`M${place(first)}`];
  rest.forEach((point, at) => {
    const next = rest[at + 1] ?? last;
    const end = at === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    parts.push(`Q${place(point)} ${place(end)}`);
  });
  if (rest.length === 0) parts.push(`L${place(last)}`);
  return parts.join('');
}

const place = ({ x, y }: Point): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
