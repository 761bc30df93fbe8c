import type { Verdict } from '../data';

const shapes: Record<Verdict, string> = { pass: '\u2713', fail: '\u2717', inconc: '?', error: '!', none: '\u2013' };

/** A verdict by its word and a shape; the colour only repeats them. */
export function Mark(props: { verdict: Verdict | null; word?: boolean }) {
  if (props.verdict === null) return <span class="quiet">not there</span>;
  return (
    <span class={`mark ${props.verdict}`}>
      <span aria-hidden="true" class="shape">{shapes[props.verdict]}</span>
      <span class={props.word === false ? 'unseen' : ''}>{props.verdict}</span>
    </span>
  );
}
