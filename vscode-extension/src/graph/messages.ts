/** What the extension and its graph page say to each other. */

import type { StepState } from '../runs/run';
import type { Drawing } from './drawing';

/** Why there is no drawing. */
export interface Notice {
  readonly text: string;
  /** A button, and what it asks the extension for. */
  readonly action?: { readonly title: string; readonly asks: 'open' | 'restart' };
}

export type ToPage =
  | { readonly type: 'drawing'; readonly name: string; readonly drawing: Drawing }
  | { readonly type: 'notice'; readonly name: string; readonly notice: Notice }
  | { readonly type: 'cursor'; readonly id: string | undefined }
  | { readonly type: 'states'; readonly states: Readonly<Record<string, StepState>>; readonly run: string };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'go'; readonly id: string; readonly focus: 'keep' | 'move' }
  | { readonly type: 'open' }
  | { readonly type: 'restart' };

/** What the page keeps over being hidden, and over a restart of the window. */
export interface PageState {
  readonly uri: string;
  readonly shows?: 'graph' | 'list';
  readonly view?: { readonly x: number; readonly y: number; readonly scale: number };
  readonly selected?: string;
}
