/** Which node an arrow key leads to: down and up along the arrows, left and right to neighbours. Pure. */

import type { Arrow } from './drawing';
import type { Box } from './layout';

export type Key = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/** The node to go to from `at`; undefined when there is none that way. */
export function walk(key: Key, at: string | undefined, boxes: readonly Box[], arrows: readonly Arrow[]): string | undefined {
  const order = readingOrder(boxes);
  const here = boxes.find((box) => box.node.id === at);
  if (!here || key === 'Home') return order[0]?.node.id;
  switch (key) {
    case 'End':
      return order.at(-1)?.node.id;
    case 'ArrowDown':
      return along(here, boxes, arrows.filter(({ from, to }) => from === here.node.id && to !== from).map(({ to }) => to)) ?? within(here, order);
    case 'ArrowUp':
      return along(here, boxes, arrows.filter(({ from, to }) => to === here.node.id && to !== from).map(({ from }) => from)) ?? here.node.parent;
    case 'ArrowRight':
      return order[order.indexOf(here) + 1]?.node.id;
    case 'ArrowLeft':
      return order[order.indexOf(here) - 1]?.node.id;
  }
}

/** Row by row, from left to right. */
export const readingOrder = (boxes: readonly Box[]): Box[] => [...boxes].sort((a, b) => a.y - b.y || a.x - b.x);

/** Of several ends of arrows the one that is nearest sideways. */
function along(here: Box, boxes: readonly Box[], ids: readonly string[]): string | undefined {
  const ends = boxes.filter(({ node }) => ids.includes(node.id));
  const distance = (box: Box) => Math.abs(box.x + box.width / 2 - (here.x + here.width / 2));
  return ends.sort((a, b) => distance(a) - distance(b))[0]?.node.id;
}

/** The first step of a body. */
const within = (here: Box, order: readonly Box[]): string | undefined => order.find(({ node }) => node.parent === here.node.id)?.node.id;
