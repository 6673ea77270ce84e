/** Where the server is: the user's setting, the developer's environment, the bundled one, the search path. */

import { delimiter, join, resolve } from 'node:path';

export type Origin = 'setting' | 'environment' | 'bundled' | 'path';

export interface Place {
  readonly path: string;
  readonly origin: Origin;
}

export interface Sources {
  /** `downbeat.server.path`; empty when not set. */
  readonly setting: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The extension's own folder. */
  readonly extension: string;
  readonly platform: NodeJS.Platform;
}

/** No server, and what the user can do about it. */
export class ServerMissing extends Error {}

/**
 * The first place that has a file. A place that somebody named but that has none is an error: falling through to
 * another server than the one asked for would surprise.
 */
export function findServer(sources: Sources, isFile: (path: string) => boolean): Place {
  const named = (path: string, origin: Origin, name: string): Place => {
    if (isFile(path)) return { path: resolve(path), origin };
    throw new ServerMissing(`${name} names \`${path}\`, which is no file`);
  };
  if (sources.setting) return named(sources.setting, 'setting', 'the setting `downbeat.server.path`');
  const own = sources.environment['DOWNBEAT_SERVER'];
  if (own) return named(own, 'environment', 'the variable DOWNBEAT_SERVER');
  const binary = sources.platform === 'win32' ? 'downbeat.exe' : 'downbeat';
  const bundled = join(sources.extension, 'server', binary);
  if (isFile(bundled)) return { path: bundled, origin: 'bundled' };
  const search = sources.environment['PATH'] ?? sources.environment['Path'] ?? '';
  for (const folder of search.split(delimiter).filter(Boolean)) {
    const path = join(folder, binary);
    if (isFile(path)) return { path, origin: 'path' };
  }
  throw new ServerMissing('this build of the extension carries no server for your platform, and `downbeat` is not on the search path');
}
