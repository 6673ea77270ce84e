/** What is on the page: a bar of buttons, the picture or the list, and a line that is read aloud. */

import type { StepState } from '../../runs/run';
import { arrows, type Arrow, type Drawing } from '../drawing';
import { layout, type Box, type Layout, type Measure } from '../layout';
import type { FromPage, Notice, PageState, ToPage } from '../messages';
import { walk, readingOrder, type Key } from '../walk';
import { neighbours, nodeLabel, summary, type Neighbours } from '../words';
import { Camera } from './camera';
import { button, html, svg } from './dom';
import { list } from './list';
import { draw, heads, type Picture } from './picture';

export interface Surroundings {
  say(message: FromPage): void;
  keep(state: Omit<PageState, 'uri'>): void;
  readonly kept: PageState | undefined;
}

/** A drawing on the page. */
interface Drawn {
  /** What it was drawn from. */
  readonly looks: string;
  readonly layout: Layout;
  readonly arrows: readonly Arrow[];
  readonly around: Neighbours;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly picture: Picture;
}

type Shows = NonNullable<PageState['shows']>;
const KEYS: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'] satisfies Key[];
const ZOOM = 1.25;

export class GraphView {
  private readonly scene = svg('g', {});
  private readonly frame = svg('svg', { class: 'frame', role: 'group', 'aria-label': 'Pipeline graph. Arrow keys walk along the edges, Enter opens a step.' }, heads(), this.scene);
  private readonly listed = html('div', { class: 'listed' });
  private readonly notice = html('div', { class: 'notice', role: 'status' });
  private readonly spoken = html('div', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  private readonly toggle = button('List', 'Show as a list', () => this.show(this.shows === 'graph' ? 'list' : 'graph'));
  private readonly camera = new Camera(this.frame, this.scene, () => {
    this.settled = true;
    this.keep();
  });
  private readonly measure = measurer();
  private drawing: Drawing | undefined;
  private drawn: Drawn | undefined;
  private states: Readonly<Record<string, StepState>> = {};
  private shows: Shows;
  private selected: string | undefined;
  private cursor: string | undefined;
  /** Whether the view is the user's own, so that a new drawing must not move it. */
  private settled: boolean;

  constructor(
    body: HTMLElement,
    private readonly around: Surroundings,
  ) {
    const { kept } = around;
    this.shows = kept?.shows ?? 'graph';
    this.selected = kept?.selected;
    this.settled = kept?.view !== undefined;
    const bar = html(
      'div',
      { class: 'bar', role: 'toolbar', 'aria-label': 'Graph' },
      button('+', 'Enlarge', () => this.camera.zoom(ZOOM)),
      button('−', 'Reduce', () => this.camera.zoom(1 / ZOOM)),
      button('Fit', 'Show the whole graph', () => this.fit()),
      this.toggle,
    );
    body.append(bar, this.frame, this.listed, this.notice, this.spoken);
    this.frame.addEventListener('click', (event) => this.clicked(event));
    this.frame.addEventListener('dblclick', (event) => this.opened(event));
    this.frame.addEventListener('keydown', (event) => this.pressed(event));
    this.frame.addEventListener('focusin', (event) => this.select(idOf(event.target), 'quiet'));
    if (kept?.view) this.camera.set(kept.view);
    this.show(this.shows);
  }

  take(message: ToPage): void {
    switch (message.type) {
      case 'drawing':
        return this.draw(message.drawing);
      case 'notice':
        return this.tell(message.notice);
      case 'cursor':
        return this.follow(message.id);
      case 'states':
        return this.colour(message.states, message.run);
    }
  }

  private draw(drawing: Drawing): void {
    const hadFocus = this.frame.contains(document.activeElement);
    this.drawing = drawing;
    if (drawing.nodes.length === 0) return this.tell({ text: 'There are no steps to draw yet.' });
    this.tell(undefined);
    const looks = looksOf(drawing);
    if (this.drawn?.looks === looks) return;
    const all = arrows(drawing.edges);
    const placed = layout(drawing, this.measure);
    const links = neighbours(all);
    const picture = draw(placed, ({ node }) => nodeLabel(node, links, this.states[node.id]));
    const boxes = new Map(placed.boxes.map((box) => [box.node.id, box]));
    this.drawn = { looks, layout: placed, arrows: all, around: links, boxes, picture };
    this.scene.replaceChildren(picture.element);
    if (this.selected === undefined || !picture.nodes.has(this.selected)) this.selected = readingOrder(placed.boxes)[0]?.node.id;
    this.mark();
    this.paint();
    if (this.shows === 'list') this.list();
    if (!this.settled) this.fit();
    if (hadFocus) this.focus();
    this.spoken.textContent = summary(drawing);
  }

  /** Says why there is no picture, instead of it; nothing: there is one. */
  private tell(notice: Notice | undefined): void {
    document.body.classList.toggle('empty', notice !== undefined);
    this.notice.replaceChildren();
    if (!notice) return;
    this.drawn = undefined;
    this.scene.replaceChildren();
    this.listed.replaceChildren();
    this.notice.append(html('p', {}, notice.text));
    const { action } = notice;
    if (action) this.notice.append(button(action.title, action.title, () => this.around.say({ type: action.asks })));
  }

  private follow(id: string | undefined): void {
    this.cursor = id;
    this.mark();
    const box = this.box(id);
    if (box && this.shows === 'graph' && !this.frame.contains(document.activeElement)) this.camera.reveal(box);
  }

  private colour(states: Readonly<Record<string, StepState>>, run: string): void {
    const failed = Object.entries(states).filter(([id, state]) => state === 'failed' && this.states[id] !== 'failed');
    this.states = states;
    this.paint();
    if (this.shows === 'list') this.list();
    this.spoken.textContent = failed.length > 0 ? `${failed.map(([id]) => id).join(', ')} failed` : run;
  }

  private paint(): void {
    const { drawn } = this;
    for (const [id, element] of drawn?.picture.nodes ?? []) {
      const state = this.states[id];
      if ((element.dataset['state'] ?? '') === (state ?? '')) continue;
      if (state) element.dataset['state'] = state;
      else delete element.dataset['state'];
      const box = this.box(id);
      if (!box || !drawn) continue;
      const label = nodeLabel(box.node, drawn.around, state);
      element.setAttribute('aria-label', label);
      element.firstElementChild?.replaceChildren(label);
    }
  }

  private list(): void {
    if (this.drawing && this.drawn) this.listed.replaceChildren(list(this.drawing, this.states, (id) => this.go(id, 'move')));
  }

  private show(shows: Shows): void {
    this.shows = shows;
    document.body.classList.toggle('as-list', shows === 'list');
    this.toggle.textContent = shows === 'list' ? 'Graph' : 'List';
    const label = shows === 'list' ? 'Show as a graph' : 'Show as a list';
    this.toggle.title = label;
    this.toggle.setAttribute('aria-label', label);
    if (shows === 'list') this.list();
    this.keep();
  }

  private fit(): void {
    if (this.drawn) this.camera.fit(this.drawn.layout);
    this.settled = false;
    this.keep();
  }

  private select(id: string | undefined, how: 'quiet' | 'focus'): void {
    if (id === undefined) return;
    this.selected = id;
    this.mark();
    this.keep();
    if (how === 'focus') this.focus();
  }

  private focus(): void {
    this.drawn?.picture.nodes.get(this.selected ?? '')?.focus();
    const box = this.box(this.selected);
    if (box) this.camera.reveal(box);
  }

  /** One node can be reached by Tab; the arrow keys do the rest. */
  private mark(): void {
    for (const [id, element] of this.drawn?.picture.nodes ?? []) {
      element.setAttribute('tabindex', id === this.selected ? '0' : '-1');
      element.classList.toggle('at-cursor', id === this.cursor);
      if (id === this.cursor) element.setAttribute('aria-current', 'location');
      else element.removeAttribute('aria-current');
    }
  }

  private box(id: string | undefined): Box | undefined {
    return id === undefined ? undefined : this.drawn?.boxes.get(id);
  }

  private go(id: string, focus: 'keep' | 'move'): void {
    this.around.say({ type: 'go', id, focus });
  }

  private clicked(event: Event): void {
    const id = idOf(event.target);
    if (id === undefined) return;
    this.select(id, 'focus');
    this.go(id, 'keep');
  }

  private opened(event: Event): void {
    const id = idOf(event.target);
    if (id !== undefined) this.go(id, 'move');
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (KEYS.includes(key) && this.drawn) {
      this.select(walk(key as Key, this.selected, this.drawn.layout.boxes, this.drawn.arrows), 'focus');
    } else if ((key === 'Enter' || key === ' ') && this.selected !== undefined) this.go(this.selected, key === 'Enter' ? 'move' : 'keep');
    else if (key === '+' || key === '=') this.camera.zoom(ZOOM);
    else if (key === '-') this.camera.zoom(1 / ZOOM);
    else if (key === '0') this.fit();
    else return;
    event.preventDefault();
  }

  private keep(): void {
    this.around.keep({
      shows: this.shows,
      ...(this.settled ? { view: this.camera.view } : {}),
      ...(this.selected === undefined ? {} : { selected: this.selected }),
    });
  }
}

/** Everything of a drawing that is seen: places in the text are not, and they change with every line. */
const looksOf = ({ nodes, edges, stages, inputs, outputs }: Drawing): string =>
  JSON.stringify([nodes, edges, stages, inputs, outputs], (key, value: unknown) => (key === 'range' || key === 'selectionRange' ? undefined : value));

const idOf = (target: EventTarget | null): string | undefined => (target as Element | null)?.closest<SVGGElement>('.node')?.dataset['id'];

/** Measures texts as the page writes them. */
function measurer(): Measure {
  const pen = document.createElement('canvas').getContext('2d');
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  return (text, weight) => {
    if (!pen) return text.length * 8;
    pen.font = `${weight === 'bold' ? '600 ' : ''}${fontSize} ${fontFamily}`;
    return pen.measureText(text).width;
  };
}
