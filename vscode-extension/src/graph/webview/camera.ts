/** What part of the drawing is seen: moved by dragging and the wheel, enlarged by the wheel with Ctrl, by keys and buttons. */

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

const LEAST = 0.05;
const MOST = 4;
const MARGIN = 24;

export class Camera {
  view: View = { x: 0, y: 0, scale: 1 };

  constructor(
    private readonly frame: SVGSVGElement,
    private readonly scene: SVGGElement,
    private readonly moved: (view: View) => void,
  ) {
    frame.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    frame.addEventListener('pointerdown', (event) => this.drag(event));
  }

  set(view: View): void {
    this.view = view;
    this.scene.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
    this.moved(view);
  }

  /** Shows the whole drawing, no larger than it is. */
  fit({ width, height }: Extent): void {
    const { clientWidth, clientHeight } = this.frame;
    if (width === 0 || clientWidth === 0) return;
    const scale = clamp(Math.min(clientWidth / width, clientHeight / height, 1));
    this.set({ scale, x: (clientWidth - width * scale) / 2, y: Math.max(0, (clientHeight - height * scale) / 2) });
  }

  /** Enlarges round a point of the frame, else round its middle. */
  zoom(factor: number, at = { x: this.frame.clientWidth / 2, y: this.frame.clientHeight / 2 }): void {
    const scale = clamp(this.view.scale * factor);
    const grown = scale / this.view.scale;
    this.set({ scale, x: at.x - (at.x - this.view.x) * grown, y: at.y - (at.y - this.view.y) * grown });
  }

  /** Moves as little as it takes to see a box of the drawing. */
  reveal(box: { x: number; y: number; width: number; height: number }): void {
    const { scale } = this.view;
    const shift = (from: number, length: number, room: number): number => {
      if (from < MARGIN) return MARGIN - from;
      return Math.min(0, Math.max(room - MARGIN - (from + length), MARGIN - from));
    };
    const x = shift(this.view.x + box.x * scale, box.width * scale, this.frame.clientWidth);
    const y = shift(this.view.y + box.y * scale, box.height * scale, this.frame.clientHeight);
    if (x !== 0 || y !== 0) this.set({ scale, x: this.view.x + x, y: this.view.y + y });
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const { left, top } = this.frame.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
    else this.set({ ...this.view, x: this.view.x - event.deltaX, y: this.view.y - event.deltaY });
  }

  private drag(down: PointerEvent): void {
    if (down.button !== 0 || (down.target as Element).closest('.node')) return;
    const start = this.view;
    const move = (event: PointerEvent) => this.set({ ...start, x: start.x + event.clientX - down.clientX, y: start.y + event.clientY - down.clientY });
    const stop = () => {
      this.frame.removeEventListener('pointermove', move);
      this.frame.classList.remove('dragged');
    };
    this.frame.setPointerCapture(down.pointerId);
    this.frame.classList.add('dragged');
    this.frame.addEventListener('pointermove', move);
    this.frame.addEventListener('lostpointercapture', stop, { once: true });
  }
}

const clamp = (scale: number): number => Math.min(MOST, Math.max(LEAST, scale));
