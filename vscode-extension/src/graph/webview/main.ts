/** The graph page: shows what the extension sends, says what the user does. */

import type { FromPage, PageState, ToPage } from '../messages';
import { GraphView } from './view';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

const editor = acquireVsCodeApi();
const uri = document.body.dataset['uri'] ?? '';
const kept = editor.getState();
const view = new GraphView(document.body, {
  say: (message) => editor.postMessage(message),
  keep: (state) => editor.setState({ ...state, uri }),
  kept: kept?.uri === uri ? kept : undefined,
});
editor.setState({ ...kept, uri });
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => view.take(data));
editor.postMessage({ type: 'ready' });
