import type { Comparison } from '../data';
import { digits, many } from '../format';
import { Mark } from '../parts/Mark';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';
import { toCase } from '../route';

type Compared = Comparison['compared'][number];

/** The shift's interval beside the smallest shift that matters, zero in the middle. */
function Shift(props: { one: Compared }) {
  const { one } = props;
  const low = one.interval[0] ?? -Infinity;
  const high = one.interval[1] ?? Infinity;
  const ends = [Math.abs(one.shift), Math.abs(low), Math.abs(high), one.matters].filter(Number.isFinite);
  const most = Math.max(...ends, 1e-12) * 1.15;
  const x = (value: number) => 50 + 48 * Math.max(-1, Math.min(1, value / most));
  return (
    <svg class="strip" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <rect class="u" x={x(-one.matters)} width={x(one.matters) - x(-one.matters)} y="0" height="14" />
      <line class="axis" x1="50" x2="50" y1="0" y2="14" />
      <line class="value" x1={x(low)} x2={x(high)} y1="7" y2="7" />
      <line class="limit" x1={x(one.shift)} x2={x(one.shift)} y1="3" y2="11" />
    </svg>
  );
}

function Table(props: { rows: Compared[] }) {
  return (
    <Sheet label="Measurements against the baseline">
      <table>
        <thead><tr><th scope="col">measurement</th><th scope="col">shift</th><th scope="col">interval</th><th scope="col"><span class="unseen">drawn</span></th><th scope="col">matters from</th><th scope="col">p, corrected</th><th scope="col">could have seen</th><th scope="col">samples</th></tr></thead>
        <tbody>
          {props.rows.map((one) => (
            <tr key={one.name}>
              <th scope="row"><Text of={one.name} /></th>
              <td class="number">{digits(one.shift)} {one.unit}</td>
              <td class="number">{digits(one.interval[0] ?? -Infinity)} to {digits(one.interval[1] ?? Infinity)}</td>
              <td><Shift one={one} /></td>
              <td class="number">{digits(one.matters)}</td>
              <td class="number">{digits(one.p_adjusted)}</td>
              <td class="number">{digits(one.smallest_visible ?? Infinity)}</td>
              <td class="number">{one.baseline_samples}, {one.samples}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

type Changes = Comparison['changed'];

function ChangeList(props: { all: Changes }) {
  return (
    <ul class="plain-list">
      {props.all.map((one) => (
        <li key={one.case}><Mark verdict={one.was} /> {'\u2192'} <Mark verdict={one.now} /> <a href={toCase(one.case)}><Text of={one.case} /></a></li>
      ))}
    </ul>
  );
}

/** Cases that only one of the runs has are folded away: another selection is no finding. */
function Changed(props: { all: Changes }) {
  const both = props.all.filter((one) => one.was !== null && one.now !== null);
  const fresh = props.all.filter((one) => one.was === null);
  const gone = props.all.filter((one) => one.now === null);
  return (
    <>
      {both.length > 0 ? <><h3>{many(both.length, 'case')} with another verdict</h3><ChangeList all={both} /></> : <p>Each case that both have has the verdict that it had.</p>}
      {fresh.length > 0 && <details><summary>{many(fresh.length, 'case')} that the baseline has not</summary><ChangeList all={fresh} /></details>}
      {gone.length > 0 && <details><summary>{many(gone.length, 'case')} that only the baseline has</summary><ChangeList all={gone} /></details>}
    </>
  );
}

export function ComparisonSection(props: { comparison: Comparison }) {
  const { comparison } = props;
  const stops = comparison.reasons.filter((one) => one.stops);
  const rest = comparison.reasons.filter((one) => !one.stops);
  const list = (all: Comparison['reasons']) => (
    <ul>{all.map((one, i) => <li key={i}><strong>{one.word}</strong> <Text of={one.subject} />: <Text of={one.sentence} most={600} /></li>)}</ul>
  );
  return (
    <Section id="comparison" title="Against the baseline" note={<>The baseline is <Text of={comparison.baseline} />, the policy {comparison.policy}.</>}>
      <p>By that policy: <strong>{comparison.outcome}</strong>.</p>
      {stops.length > 0 && list(stops)}
      {rest.length > 0 && <details><summary>{many(rest.length, 'thing')} that do not stop it</summary>{list(rest)}</details>}
      <Changed all={comparison.changed} />
      {comparison.compared.length > 0 && <Table rows={comparison.compared} />}
    </Section>
  );
}
