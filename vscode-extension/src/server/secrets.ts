/** What must not be written into a log. */

/** A command carries the inputs of a run, and these may be secrets: of such a message only the first line is kept. */
export function withoutSecrets(trace: string): string {
  const [first = ''] = trace.split('\n', 1);
  if (!first.includes('workspace/executeCommand') || first.length === trace.length) return trace;
  return `${first}\n(what it says is left out, since it may hold secrets)`;
}
