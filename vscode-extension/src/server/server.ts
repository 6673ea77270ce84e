/** The server's life: found, started, restarted after a crash, given up after too many. */

import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { EventEmitter, workspace, type Disposable, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { CloseAction, DidChangeConfigurationNotification, ErrorAction, State, type LanguageClient, type Middleware } from 'vscode-languageclient/node';
import * as settings from '../settings';
import { createClient, type Program } from './client';
import { crashJudge } from './crashes';
import { findServer, type Place } from './find';
import { traceChannel } from './trace';
import { askVersion, compatible, parseVersion, type Version } from './version';

/** More crashes than this within the window, and the server stays down until the user restarts it. */
const CRASHES = 4;
const CRASH_WINDOW_MS = 3 * 60_000;

export type Condition =
  | { readonly is: 'starting' }
  | { readonly is: 'running'; readonly place: Place; readonly version: Version }
  | { readonly is: 'crashed'; readonly times: 'once' | 'tooOften' }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'stopped' };

/** The one server of this window. */
export class Server implements Disposable {
  readonly client: LanguageClient;
  private readonly trace = traceChannel();
  private readonly changed = new EventEmitter<Condition>();
  private readonly mismatched = new EventEmitter<{ server: Version; place: Place }>();
  private program: Program = { path: '', environment: {} };
  private child: ChildProcess | undefined;
  private found: { place: Place; version: Version } | undefined;
  private current: Condition = { is: 'stopped' };
  private judge = crashJudge(CRASHES, CRASH_WINDOW_MS);
  /** Starts and stops happen one after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  readonly onDidChange = this.changed.event;
  /** A server of another version was started. */
  readonly onMismatch = this.mismatched.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    middleware: Middleware,
  ) {
    this.client = createClient({
      log,
      trace: this.trace,
      middleware,
      program: () => this.program,
      spawned: (child) => (this.child = child),
      errorHandler: {
        error: (error) => {
          log.error(`the connection to the server: ${error.message}`);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => this.crashed(),
      },
    });
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && this.found) this.become({ is: 'running', ...this.found });
    });
  }

  get condition(): Condition {
    return this.current;
  }

  /** The process of the server that was started last. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): Promise<void> {
    return this.inTurn(async () => {
      this.become({ is: 'starting' });
      try {
        this.found = await this.locate();
        await this.client.start();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.log.error(why);
        this.become({ is: 'failed', why });
      }
    });
  }

  /** Starts anew; earlier crashes are forgotten. */
  async restart(): Promise<void> {
    this.judge = crashJudge(CRASHES, CRASH_WINDOW_MS);
    await this.stop();
    await this.start();
  }

  /** Tells the server the settings that it reads itself. */
  async sendSettings(): Promise<void> {
    if (this.client.isRunning()) {
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings: { downbeat: settings.forServer() } });
    }
  }

  stop(): Promise<void> {
    return this.inTurn(async () => {
      if (this.client.needsStop()) await this.client.stop();
      this.become({ is: 'stopped' });
    });
  }

  dispose(): void {
    void this.stop();
    this.trace.dispose();
    this.changed.dispose();
    this.mismatched.dispose();
  }

  /** The program that runs, for tasks in a terminal; throws `ServerMissing`. */
  place(): Place {
    return findServer(
      {
        setting: settings.serverPath(),
        environment: process.env,
        extension: this.context.extensionPath,
        platform: process.platform,
      },
      (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
    );
  }

  private async locate(): Promise<{ place: Place; version: Version }> {
    const place = this.place();
    this.program = { path: place.path, environment: { ...process.env, ...settings.serverEnvironment() } };
    const version = await askVersion(place.path, this.program.environment);
    const own = parseVersion(String(this.context.extension.packageJSON.version));
    if (own && !compatible(version, own)) this.mismatched.fire({ server: version, place });
    this.log.info(`server ${place.path} (${place.origin}), ${workspace.isTrusted ? 'trusted' : 'not trusted'}`);
    return { place, version };
  }

  private crashed() {
    const verdict = this.judge(Date.now());
    this.log.error('the server ended unexpectedly');
    this.become({ is: 'crashed', times: verdict === 'restart' ? 'once' : 'tooOften' });
    return verdict === 'restart'
      ? { action: CloseAction.Restart, handled: true }
      : { action: CloseAction.DoNotRestart, handled: true };
  }

  private become(condition: Condition): void {
    this.current = condition;
    this.changed.fire(condition);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(work, work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}
