/** What the run view shows: runs, their steps, the rounds of steps inside loops; and earlier runs of the workspace. */

import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import { isLive, type Run, type RunState, type Step, type StepState } from '../runs/run';
import { lastLine, oneLine, runIcon, runLine, runWord, stepIcon, stepLine } from '../runs/words';
import { isUnfinished, type EarlierRun } from './earlier';

export interface RunNode {
  readonly is: 'run';
  readonly run: Run;
}
export interface StepNode {
  readonly is: 'step';
  readonly run: Run;
  readonly step: Step;
  /** Key of the step in the file; a round is one of that step's. */
  readonly of: string;
}
export interface EarlierNode {
  readonly is: 'earlier';
}
export interface PastNode {
  readonly is: 'past';
  readonly run: EarlierRun;
}
export type Node = RunNode | StepNode | EarlierNode | PastNode;

export function itemOf(node: Node, now: number): TreeItem {
  switch (node.is) {
    case 'run':
      return runItem(node.run, now);
    case 'step':
      return stepItem(node, now);
    case 'earlier': {
      const item = new TreeItem('Earlier runs', TreeItemCollapsibleState.Collapsed);
      item.iconPath = new ThemeIcon('history');
      return item;
    }
    case 'past':
      return pastItem(node.run);
  }
}

const RUN_COLORS: Partial<Record<RunState, string>> = { completed: 'charts.green', failed: 'errorForeground', running: 'charts.blue' };
const STEP_COLORS: Partial<Record<StepState, string>> = {
  done: 'charts.green',
  failed: 'errorForeground',
  reported: 'charts.orange',
  retrying: 'charts.orange',
  running: 'charts.blue',
};

const icon = (name: string, color: string | undefined): ThemeIcon => (color ? new ThemeIcon(name, new ThemeColor(color)) : new ThemeIcon(name));

function runItem(run: Run, now: number): TreeItem {
  const item = new TreeItem(run.name, run.state === 'running' || run.state === 'failed' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed);
  item.id = run.id;
  item.description = [partOf(run), runLine(run, now)].filter(Boolean).join(' · ');
  item.iconPath = icon(runIcon[run.state], RUN_COLORS[run.state]);
  item.contextValue = contextOf(run);
  item.tooltip = [run.id, run.message].filter(Boolean).join('\n');
  item.accessibilityInformation = { label: `Run of ${run.name}, ${item.description}` };
  return item;
}

/** Decides which commands the menus offer for a run. */
function contextOf({ state, uri }: Run): string {
  if (state === 'running') return 'run.going';
  const unfinished = state === 'lost' || state === 'cancelled' ? '.unfinished' : '';
  return `run.over${uri ? '.mine' : ''}${unfinished}`;
}

const partOf = ({ selection: { only, from, until } }: Run): string =>
  only ? `only ${only}` : from ? `from ${from}` : until ? `until ${until}` : '';

function stepItem({ run, step, of }: StepNode, now: number): TreeItem {
  const state = step.rounds.size > 0 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const item = new TreeItem(step.id, state);
  const rounds = step.rounds.size + step.forgotten;
  const output = isLive(step) ? lastLine(step.tail) : '';
  item.id = `${run.id}\n${of}\n${step.key}`;
  item.description = [stepLine(step, now), rounds > 0 ? `${rounds} rounds` : '', output].filter(Boolean).join(' · ');
  item.iconPath = icon(stepIcon[step.state], STEP_COLORS[step.state]);
  item.contextValue = 'step';
  item.tooltip = [oneLine(step.message, 2_000), step.tail.trimEnd()].filter(Boolean).join('\n\n');
  item.accessibilityInformation = { label: `Step ${step.id}, ${item.description}` };
  if (run.uri) item.command = { command: 'downbeat.goToStep', title: 'Go to Step', arguments: [run.uri, of] };
  return item;
}

function pastItem(run: EarlierRun): TreeItem {
  const item = new TreeItem(run.pipeline, TreeItemCollapsibleState.None);
  const state = run.status in runWord ? (run.status as RunState) : undefined;
  item.description = [run.status, new Date(run.started_at * 1000).toLocaleString()].join(' · ');
  item.iconPath = icon(state ? runIcon[state] : 'circle-outline', state ? RUN_COLORS[state] : undefined);
  item.id = `past\n${run.run}`;
  item.contextValue = isUnfinished(run) ? 'past.unfinished' : 'past';
  item.tooltip = [run.run, run.file ?? ''].filter(Boolean).join('\n');
  if (run.file) item.command = { command: 'vscode.open', title: 'Open Pipeline', arguments: [Uri.file(run.file)] };
  item.accessibilityInformation = { label: `Earlier run of ${run.pipeline}, ${item.description}` };
  return item;
}
