/** How often a server may crash before it is left alone. */

export type Verdict = 'restart' | 'giveUp';

/** Judges each crash: the one after `limit` crashes within `windowMs` is one too many. */
export function crashJudge(limit: number, windowMs: number): (now: number) => Verdict {
  let recent: number[] = [];
  return (now) => {
    recent = [...recent.filter((at) => now - at < windowMs), now];
    return recent.length > limit ? 'giveUp' : 'restart';
  };
}
