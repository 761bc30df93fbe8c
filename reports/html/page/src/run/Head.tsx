import type { Counts, RunData, Verdict } from '../data';
import { many, span, when } from '../format';
import { Mark } from '../parts/Mark';
import { Text } from '../parts/Text';
import { fragment } from '../route';
import { LiveBar } from '../live/LiveBar';
import type { Going } from './RunPage';

const order: Verdict[] = ['pass', 'fail', 'inconc', 'error', 'none'];
const exits: Record<number, string> = {
  0: 'Passed',
  1: 'The device failed',
  3: 'Nothing is known of the device',
  4: 'Stopped',
};

/** How many have each verdict, as a bar whose parts lead to those cases. */
function Bar(props: { counts: Counts; what: string; links: boolean }) {
  const all = order.reduce((sum, one) => sum + props.counts[one], 0);
  const shown = order.filter((one) => props.counts[one] > 0);
  return (
    <div class="counts">
      <span class="what">{many(all, props.what)}</span>
      <div class="bar" aria-hidden="true">
        {shown.map((one) => <span key={one} class={one} style={{ flexGrow: props.counts[one] }} />)}
      </div>
      <ul>
        {shown.map((one) => (
          <li key={one}>
            {props.links ? (
              <a href={fragment('cases', '', { verdict: one })}>{props.counts[one]} <Mark verdict={one} /></a>
            ) : (
              <>{props.counts[one]} <Mark verdict={one} /></>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Faults(props: { faults: RunData['result']['faults'] }) {
  if (props.faults.length === 0) return null;
  return (
    <ul class="faults">
      {props.faults.map((one, i) => (
        <li key={i}>
          <strong>{one.fault} fault</strong>{one.device && <> on {one.device}</>}{!one.current && ' (before the run was continued)'}:{' '}
          <Text of={one.what} />. {one.cure !== '' && <em><Text of={one.cure} /></em>}
        </li>
      ))}
    </ul>
  );
}

type Device = RunData['result']['run']['devices'][number];

/** Devices that tell the same of themselves stand together. */
function Devices(props: { all: Device[] }) {
  const same = new Map<string, Device[]>();
  for (const one of [...props.all].sort((a, b) => a.name.localeCompare(b.name))) {
    const key = JSON.stringify([one.firmware, one.virtual]);
    same.set(key, [...(same.get(key) ?? []), one]);
  }
  return (
    <>
      {[...same.values()].map((group) => (
        <div key={group[0]!.name}>
          <dt>{group.map((one) => one.name).join(', ')}</dt>
          <dd>
            {group[0]!.virtual && <strong class="virtual">virtual</strong>} <Text of={group[0]!.firmware || 'firmware not told'} />
            <br />
            {group.map((one) => <code key={one.name} class="id"><Text of={one.link} /></code>)}
          </dd>
        </div>
      ))}
    </>
  );
}

export function Head(props: { data: RunData; going?: Going }) {
  const { run, counts, faults } = props.data.result;
  const word = { 0: 'pass', 1: 'fail' }[run.exit] ?? (run.exit === 4 ? 'inconc' : 'error');
  return (
    <section class="head" aria-label="Decision">
      {props.going && <LiveBar going={props.going} />}
      <h1 class={props.going ? '' : word}>{props.going && !props.going.progress?.over ? 'A run goes on' : exits[run.exit] ?? `Exit ${run.exit}`}</h1>
      <p class="decision"><Text of={run.decision} most={1000} /></p>
      <Bar counts={counts.cases} what="case" links />
      <Bar counts={counts.requirements} what="requirement" links={false} />
      <Faults faults={faults} />
      <dl class="facts">
        <Devices all={run.devices} />
        <div><dt>begun</dt><dd>{when(run.wall)}</dd></div>
        <div><dt>took</dt><dd>{span(run.duration_ns)}</dd></div>
        <div><dt>attest</dt><dd><Text of={run.attest} />, seed {run.seed}</dd></div>
      </dl>
    </section>
  );
}
