import type { Measurement } from '../data';
import { byName, digits } from '../format';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';
import { toCase, toRequirement } from '../route';

/** As the rule has it: within if t + u <= limit, over if t - u > limit, too close between. */
export function standing(one: Measurement): 'within' | 'over' | 'too close' | '' {
  if (one.limit === null || one.values.length === 0) return '';
  const value = byName(one.values, one.of);
  const u = one.u ?? 0;
  if (value + u <= one.limit) return 'within';
  return value - u > one.limit ? 'over' : 'too close';
}

const classes = { within: 'pass', over: 'fail', 'too close': 'inconc', '': 'none' } as const;

/** Each value, the limit, and u around it, on one line from zero. */
function Strip(props: { one: Measurement }) {
  const { one } = props;
  const most = Math.max(...one.values, (one.limit ?? 0) * 1.1, 1e-12);
  const x = (value: number) => 2 + (96 * Math.max(0, value)) / most;
  const shown = one.values.length > 200 ? one.values.filter((_value, i) => i % Math.ceil(one.values.length / 200) === 0) : one.values;
  return (
    <svg class="strip" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="2" x2="98" y1="7" y2="7" />
      {one.limit !== null && one.u !== null && <rect class="u" x={x(one.limit - one.u)} width={Math.max(0.3, x(one.limit + one.u) - x(one.limit - one.u))} y="0" height="14" />}
      {one.limit !== null && <line class="limit" x1={x(one.limit)} x2={x(one.limit)} y1="0" y2="14" />}
      {shown.map((value, i) => <line key={i} class="value" x1={x(value)} x2={x(value)} y1="3" y2="11" />)}
    </svg>
  );
}

export function MeasurementsSection(props: { rows: Measurement[] }) {
  return (
    <Section id="measurements" title={`Measurements (${props.rows.length})`} note="Each value is a stroke; the tall line is the budget, and the band around it the uncertainty u in which nothing can be decided.">
      <Sheet label="Measurements">
        <table>
          <thead><tr><th scope="col">what</th><th scope="col">requirement</th><th scope="col" class="number">value</th><th scope="col" class="number">budget</th><th scope="col" class="number">u</th><th scope="col"><span class="unseen">values</span></th><th scope="col">so it is</th></tr></thead>
          <tbody>
            {props.rows.map((one, i) => {
              const word = standing(one);
              return (
                <tr key={i}>
                  <th scope="row"><a href={toCase(one.case)}><Text of={one.name} /></a>{one.device && <span class="quiet"> {one.device}</span>}</th>
                  <td><a href={toRequirement(one.requirement)}>{one.requirement}</a></td>
                  <td class="number">{digits(byName(one.values, one.limit === null ? 'median' : one.of))} {one.unit === '1' ? '' : one.unit}<span class="quiet"> {one.limit === null ? 'median' : one.of} of {one.values.length}</span></td>
                  <td class="number">{one.limit === null ? '' : `${digits(one.limit)} ${one.unit}`}</td>
                  <td class="number">{one.u === null ? '' : `${digits(one.u)} ${one.unit}`}</td>
                  <td><Strip one={one} /></td>
                  <td>{word !== '' && <span class={`mark ${classes[word]}`}>{word}</span>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Sheet>
    </Section>
  );
}
