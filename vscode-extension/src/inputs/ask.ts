/** Asks for the inputs of a run: a list that Enter runs, and one question for each value that is to change. */

import { QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { Input } from '../protocol';
import { parseValue, printValue } from './value';
import { missing, shownValue, type Values } from './values';

type Row = QuickPickItem & ({ readonly does: 'run' | 'nothing' } | { readonly does: 'ask'; readonly input: Input });

/** The values to run with; undefined when the user gave up. */
export async function askForInputs(pipeline: string, inputs: readonly Input[], start: Values): Promise<Values | undefined> {
  let given = start;
  for (;;) {
    const row = await window.showQuickPick(rows(inputs, given), {
      title: `Run ${pipeline}`,
      placeHolder: 'Enter runs the pipeline; choose an input to change its value',
      matchOnDescription: true,
      ignoreFocusOut: true,
    });
    if (!row) return undefined;
    if (row.does === 'ask') {
      given = (await askForInput(row.input, given)) ?? given;
    } else {
      const complete = await askForMissing(inputs, given);
      if (complete) return complete;
    }
  }
}

/** Asks for what is required and has no value, and for nothing else. */
export async function askForMissing(inputs: readonly Input[], start: Values): Promise<Values | undefined> {
  let given: Values | undefined = start;
  for (const input of missing(inputs, start)) {
    given = await askForInput(input, given);
    if (!given) return undefined;
  }
  return given;
}

function rows(inputs: readonly Input[], given: Values): Row[] {
  const open = missing(inputs, given);
  const run: Row = {
    does: 'run',
    label: '$(play) Run',
    ...(open.length > 0 ? { description: `asks for ${open.map((input) => input.name).join(', ')}` } : {}),
  };
  const separator: Row = { does: 'nothing', label: 'Inputs', kind: QuickPickItemKind.Separator };
  return [run, separator, ...inputs.map((input): Row => row(input, given))];
}

function row(input: Input, given: Values): Row {
  const what = [input.type, input.description].filter(Boolean).join(' · ');
  return {
    does: 'ask',
    input,
    label: `$(${input.secret ? 'key' : 'edit'}) ${input.name}`,
    description: shownValue(input, given),
    ...(what ? { detail: what } : {}),
  };
}

/** The values with one more; undefined when the user gave up. */
async function askForInput(input: Input, given: Values): Promise<Values | undefined> {
  const choices = input.type === 'boolean' ? [true, false] : input.choices;
  const value = choices && choices.length > 0 ? await choose(input, choices, given) : await type(input, given);
  return value === undefined ? undefined : { ...given, [input.name]: value.value };
}

const titleOf = (input: Input): string => `${input.name}${input.type ? `: ${input.type}` : ''}${input.required ? '' : ' (optional)'}`;

async function choose(input: Input, choices: readonly unknown[], given: Values): Promise<{ value: unknown } | undefined> {
  const now = given[input.name] ?? input.default;
  const items = choices.map((value) => ({
    label: printValue(value),
    value,
    ...(printValue(value) === printValue(now ?? null) ? { description: 'now' } : {}),
  }));
  // The value of now comes first, so that Enter keeps it.
  items.sort((a, b) => Number('description' in b) - Number('description' in a));
  return window.showQuickPick(items, { title: titleOf(input), placeHolder: input.description ?? '', ignoreFocusOut: true });
}

async function type(input: Input, given: Values): Promise<{ value: unknown } | undefined> {
  const now = startOf(input, given);
  const text = await window.showInputBox({
    title: titleOf(input),
    prompt: input.description ?? (input.secret ? 'It is shown to nobody and not remembered.' : ''),
    password: input.secret,
    ignoreFocusOut: true,
    ...(now === undefined ? {} : { value: now }),
    validateInput: (typed) => {
      const parsed = parseValue(input, typed);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  });
  if (text === undefined) return undefined;
  const parsed = parseValue(input, text);
  return 'value' in parsed ? parsed : undefined;
}

/** The text to start from. A default that is a template is none: it means nothing when typed. */
function startOf(input: Input, given: Values): string | undefined {
  const now = given[input.name] ?? input.default;
  if (input.secret || now === undefined || now === null) return undefined;
  const text = printValue(now);
  return 'value' in parseValue(input, text) ? text : undefined;
}
