/** The settings, read when they are needed, so that a change counts at once. */

import { workspace } from 'vscode';

export const SECTION = 'downbeat';

const get = <T>(name: string, otherwise: T): T => workspace.getConfiguration(SECTION).get<T>(name) ?? otherwise;

/** When a run asks for inputs: before every run, or only when a value is missing. */
export type AskForInputs = 'always' | 'whenMissing';

/** An own server; nothing in a workspace that is not trusted, where the setting may be the workspace's. */
export const serverPath = (): string => (workspace.isTrusted ? get('server.path', '').trim() : '');
export const serverEnvironment = (): Record<string, string> => (workspace.isTrusted ? get('server.extraEnv', {}) : {});
export const lenses = (): boolean => get('lens.enabled', true);
export const liveStatus = (): boolean => get('live.enabled', true);
export const liveOutput = (): boolean => get('live.output', true);
export const askForInputs = (): AskForInputs => get('run.askForInputs', 'always');
export const trace = (): 'off' | 'messages' | 'verbose' => get('trace.server', 'off');
/** Whether a model puts pipelines into words. */
export const wording = (): 'off' | 'on' => get('wording', 'off');
export const showOutput = (): boolean => get('run.showOutput', false);

/** The settings that the server itself reads. */
export const forServer = (): { hints: { stage: boolean; edges: boolean; model: boolean }; wording: 'off' | 'on' } => ({
  wording: wording(),
  hints: { stage: get('hints.stage', true), edges: get('hints.edges', true), model: get('hints.model', true) },
});
