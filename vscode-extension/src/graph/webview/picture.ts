/** The drawing as SVG. */

import { curve } from '../curve';
import type { Arrow } from '../drawing';
import { LINE_HEIGHT, PADDING, type Box, type Layout, type Route } from '../layout';
import { arrowLabel } from '../words';
import { svg } from './dom';

const HEAD = 'M0 0L8 4L0 8z';

export interface Picture {
  readonly element: SVGGElement;
  /** By id of the node. */
  readonly nodes: ReadonlyMap<string, SVGGElement>;
}

/** Draws a layout. Colours and dashes are the style sheet's. */
export function draw(layout: Layout, label: (box: Box) => string): Picture {
  const nodes = new Map(layout.boxes.map((box) => [box.node.id, drawBox(box, label(box))]));
  const arrows = layout.routes.map(drawRoute);
  return { element: svg('g', {}, ...nodes.values(), ...arrows), nodes };
}

/** The arrow heads that routes refer to. */
export const heads = (): SVGDefsElement =>
  svg(
    'defs',
    {},
    ...(['always', 'maybe', 'earlier', 'never', 'unknown'] satisfies Arrow['certain'][]).map((certain) =>
      svg(
        'marker',
        { id: `head-${certain}`, class: `head ${certain}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' },
        svg('path', { d: HEAD }),
      ),
    ),
  );

function drawBox({ node, x, y, width, height, lines }: Box, label: string): SVGGElement {
  const texts = lines.map((line, at) =>
    svg('text', { class: at === 0 ? 'title' : 'line', x: x + PADDING, y: y + PADDING + (at + 0.75) * LINE_HEIGHT }, line),
  );
  const wrong = node.problems.length > 0 ? ` ${node.problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning'}` : '';
  return svg(
    'g',
    { class: `node ${node.kind}${wrong}`, role: 'button', tabindex: -1, 'data-id': node.id, 'aria-label': label },
    svg('title', {}, label),
    svg('rect', { x, y, width, height, rx: node.kind === 'missing' || node.kind === 'open' ? 16 : 4 }),
    ...texts,
  );
}

function drawRoute({ arrow, points }: Route): SVGGElement {
  const label = arrowLabel(arrow);
  return svg(
    'g',
    { class: `arrow ${arrow.certain}`, role: 'img', 'aria-label': label },
    svg('title', {}, label),
    svg('path', { class: 'reach', d: curve(points) }),
    svg('path', { class: 'line', d: curve(points), 'marker-end': `url(#head-${arrow.certain})` }),
  );
}
