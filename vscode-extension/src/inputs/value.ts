/** Values of inputs, between what a person types and what the server takes. Whether a value fits is judged by the server too. */

import type { Input } from '../protocol';

/** A value, or what is wrong with the text. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** The value that `text` means for an input of this type. */
export function parseValue(input: Input, text: string): Parsed {
  if (input.required && text === '') return { problem: 'a value is needed' };
  switch (input.type ?? '') {
    case 'string':
    case 'path':
      return { value: text };
    case 'integer':
      return /^\s*[-+]?\d+\s*$/.test(text) ? { value: Number(text) } : { problem: 'a whole number is needed, such as 3' };
    case 'number':
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? { value: Number(text) } : { problem: 'a number is needed, such as 2.5' };
    case 'boolean':
      return json(text, (value) => typeof value === 'boolean', 'true or false is needed');
    case 'array':
      return json(text, Array.isArray, 'a list as JSON is needed, such as ["a", "b"]');
    case 'object':
      return json(text, (value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object as JSON is needed, such as {"a": 1}');
    default:
      return 'value' in json(text, () => true, '') ? json(text, () => true, '') : { value: text };
  }
}

/** How a value is typed and shown. */
export function printValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function json(text: string, fits: (value: unknown) => boolean, problem: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? { value } : { problem };
  } catch {
    return { problem };
  }
}
