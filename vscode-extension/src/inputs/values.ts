/** The values of a run: what was typed now, what was typed before, what the file says. */

import type { Input } from '../protocol';
import { printValue } from './value';

export type Values = Readonly<Record<string, unknown>>;

/** Required inputs that have no value. */
export const missing = (inputs: readonly Input[], given: Values): Input[] =>
  inputs.filter((input) => input.required && !(input.name in given));

/** What may be remembered of `given`: values of inputs that the file declares and that are no secrets. */
export function rememberable(inputs: readonly Input[], given: Values): Values {
  const open = new Set(inputs.filter((input) => !input.secret).map((input) => input.name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => open.has(name)));
}

/** What was remembered and still fits: the file may have changed its inputs since. */
export function recalled(inputs: readonly Input[], remembered: Values): Values {
  const known = rememberable(inputs, remembered);
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => {
      const choices = inputs.find((input) => input.name === name)?.choices;
      return !choices || choices.some((choice) => printValue(choice) === printValue(value));
    }),
  );
}

/** How the value of an input is shown in a list. */
export function shownValue(input: Input, given: Values): string {
  if (input.name in given) return input.secret ? '••••••' : printValue(given[input.name]);
  if (input.secret) return input.required ? 'required' : 'secret';
  if (input.default !== undefined && input.default !== null) return `${printValue(input.default)} (default)`;
  return input.required ? 'required' : 'not set';
}
