/** The output channel of runs: everything that a run says, line by line. */

import { window, type OutputChannel } from 'vscode';
import type { Session } from '../session';
import * as settings from '../settings';
import { lines } from './output-lines';

export function writeOutput({ book, context }: Session): OutputChannel {
  const channel = window.createOutputChannel('Downbeat Runs');
  const unfinished = new Map<string, string>();
  context.subscriptions.push(
    channel,
    book.onDidHappen(({ run, params: { event } }) => {
      if (event.type === 'run_started' && settings.showOutput()) channel.show(true);
      const text = lines(run, event, unfinished);
      if (text.length > 0) channel.append(`${text.join('\n')}\n`);
    }),
  );
  return channel;
}
