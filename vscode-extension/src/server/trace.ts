/**
 * Where messages between editor and server are written when `downbeat.trace.server` asks for it. The client asks the level of the
 * channel whether to trace at all; here the setting is that level.
 */

import { EventEmitter, LogLevel, window, workspace, type LogOutputChannel, type OutputChannel } from 'vscode';
import * as settings from '../settings';
import { withoutSecrets } from './secrets';

const NAME = 'Downbeat Messages';

export function traceChannel(): LogOutputChannel {
  // Most people never trace: the channel is made when the first message comes.
  let made: OutputChannel | undefined;
  const channel = () => (made ??= window.createOutputChannel(NAME));
  const write = (message: string | Error) => channel().appendLine(withoutSecrets(String(message)));
  const level = () => (settings.trace() === 'off' ? LogLevel.Off : LogLevel.Trace);
  const changed = new EventEmitter<LogLevel>();
  const listener = workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${settings.SECTION}.trace`)) changed.fire(level());
  });
  return {
    name: NAME,
    get logLevel() {
      return level();
    },
    onDidChangeLogLevel: changed.event,
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    append: (text) => channel().append(withoutSecrets(text)),
    appendLine: write,
    replace: (text) => channel().replace(withoutSecrets(text)),
    clear: () => made?.clear(),
    show: () => channel().show(),
    hide: () => made?.hide(),
    dispose: () => {
      listener.dispose();
      changed.dispose();
      made?.dispose();
    },
  };
}
