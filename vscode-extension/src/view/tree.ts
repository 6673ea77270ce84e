/** The run view. */

import { EventEmitter, window, workspace, type TreeDataProvider, type TreeItem, type TreeView } from 'vscode';
import type { Run, Step } from '../runs/run';
import { throttle } from '../runs/throttle';
import type { Session } from '../session';
import { earlierRuns, type EarlierRun } from './earlier';
import { itemOf, type EarlierNode, type Node, type RunNode, type StepNode } from './nodes';

/** The view is drawn anew no oftener than this. */
const REFRESH_MS = 300;

export function showRunView(session: Session): TreeView<Node> {
  const tree = new RunTree(session);
  const view = window.createTreeView('downbeat.runs', { treeDataProvider: tree, showCollapseAll: true });
  session.context.subscriptions.push(view, tree);
  return view;
}

class RunTree implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<Node | Node[] | undefined>();
  private readonly runs = new WeakMap<Run, RunNode>();
  private readonly steps = new WeakMap<Step, StepNode>();
  private readonly earlier: EarlierNode = { is: 'earlier' };
  private readonly dirty = new Set<Run>();
  private readonly listeners: { dispose(): void }[];
  private isReset = false;
  private known: Promise<EarlierRun[]> | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly session: Session) {
    const { book, server } = session;
    const refresh = throttle(REFRESH_MS, () => this.refresh());
    this.listeners = [
      book.onDidChange((run) => (this.dirty.add(run), refresh.ask())),
      book.onDidTurn(() => (this.reset(), refresh.ask())),
      server.onDidChange(({ is }) => is === 'running' && (this.reset(), refresh.ask())),
      workspace.onDidChangeWorkspaceFolders(() => (this.reset(), refresh.ask())),
      { dispose: () => refresh.cancel() },
    ];
  }

  getTreeItem(node: Node): TreeItem {
    return itemOf(node, Date.now() / 1000);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const { book } = this.session;
    if (!node) {
      const runs = book.all().map((run) => this.runNode(run));
      const past = await this.past();
      return past.some(({ run }) => !book.get(run)) ? [...runs, this.earlier] : runs;
    }
    switch (node.is) {
      case 'run':
        return [...node.run.steps.values()].map((step) => this.stepNode(node.run, step, step.key));
      case 'step':
        return [...node.step.rounds.values()].map((round) => this.stepNode(node.run, round, node.of));
      case 'earlier':
        return (await this.past()).filter(({ run }) => !book.get(run)).map((run) => ({ is: 'past', run }));
      case 'past':
        return [];
    }
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    const nodes = [...this.dirty].map((run) => this.runNode(run));
    this.dirty.clear();
    this.changed.fire(this.isReset ? undefined : nodes);
    this.isReset = false;
  }

  private reset(): void {
    this.isReset = true;
    this.known = undefined;
  }

  /** What the journal knows; asked for once between two changes. */
  private past(): Promise<EarlierRun[]> {
    if (!workspace.isTrusted || this.session.server.condition.is !== 'running') return Promise.resolve([]);
    this.known ??= earlierRuns(this.session);
    return this.known;
  }

  private runNode(run: Run): RunNode {
    let node = this.runs.get(run);
    if (!node) this.runs.set(run, (node = { is: 'run', run }));
    return node;
  }

  private stepNode(run: Run, step: Step, of: string): StepNode {
    let node = this.steps.get(step);
    if (!node) this.steps.set(step, (node = { is: 'step', run, step, of }));
    return node;
  }
}
