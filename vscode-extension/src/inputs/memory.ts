/** What was typed before, by file, in this workspace. Secrets never come here. */

import type { Memento } from 'vscode';
import type { Input } from '../protocol';
import { recalled, rememberable, type Values } from './values';

const key = (uri: string): string => `inputs:${uri}`;

export const recall = (memory: Memento, uri: string, inputs: readonly Input[]): Values =>
  recalled(inputs, memory.get<Values>(key(uri), {}));

export const remember = (memory: Memento, uri: string, inputs: readonly Input[], given: Values): Thenable<void> =>
  memory.update(key(uri), rememberable(inputs, given));
