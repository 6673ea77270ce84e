/** What the parts of the extension share. */

import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { Places } from './live/places';
import type { Staleness } from './live/staleness';
import type { Book } from './runs/book';
import type { Server } from './server/server';

export interface Session {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly server: Server;
  readonly book: Book;
  readonly places: Places;
  readonly stale: Staleness;
}
