import { useMemo, useState } from 'preact/hooks';
import type { HistoryData, MeasurementTrend } from '../data';
import { digits, many } from '../format';
import { Plot, type Curve, type Line } from '../parts/Plot';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';
import { axisOf, levelsOn, mediansOn, type Axis } from './runs';

const few = 12; // drawn at once, until somebody asks for more

function Change(props: { one: MeasurementTrend['changes'][number]; unit: string }) {
  const { one } = props;
  return <li>with <a href={`#run/${one.run}`}>run {one.run}</a>: from {digits(one.before)} to <strong>{digits(one.after)}</strong> {props.unit} <span class="quiet">(p {digits(one.p)})</span></li>;
}

function Trend(props: { trend: MeasurementTrend; axis: Axis }) {
  const { trend, axis } = props;
  const x = useMemo(() => axis.ids.map((_id, i) => i), [axis]);
  const curves = useMemo((): Curve[] => {
    const out: Curve[] = [{ label: 'median', values: mediansOn(axis, trend), colour: 'accent', points: true }];
    if (trend.changes.length > 0) out.push({ label: 'level', values: levelsOn(axis, trend), colour: 'inconc', step: true });
    return out;
  }, [axis, trend]);
  const budget: Line[] = trend.limit === null ? [] : [{ at: trend.limit, label: `budget of ${trend.of ?? 'each'}`, colour: 'fail', u: trend.u ?? 0 }];
  const changes = trend.changes.map((one): Line => ({ at: axis.place.get(one.run) ?? -1, label: 'shift', colour: 'inconc' }));
  const last = trend.points.at(-1);
  return (
    <article class="trend">
      <h3><Text of={trend.name} /> <span class="quiet">{trend.unit === '1' ? '' : trend.unit} {trend.device} <Text of={trend.case} most={80} /></span></h3>
      <Plot
        title={`${trend.name} over ${many(trend.points.length, 'run')}: now ${last ? digits(last.median) : 'nothing'} ${trend.unit}, ${many(trend.changes.length, 'shift')}`}
        x={x} curves={curves} unit={trend.unit} xUnit="run" xLabel={axis.label} verticals={changes} horizontals={budget} height={180}
      />
      {trend.changes.length > 0 && <ul>{trend.changes.map((one) => <Change key={one.run} one={one} unit={trend.unit} />)}</ul>}
      <details>
        <summary>{many(trend.points.length, 'run')}</summary>
        <Sheet label={trend.name}>
          <table>
            <thead><tr><th scope="col">run</th><th scope="col" class="number">median</th><th scope="col" class="number">least</th><th scope="col" class="number">most</th><th scope="col" class="number">samples</th></tr></thead>
            <tbody>{[...trend.points].reverse().map((one) => <tr key={one.run}><th scope="row"><a href={`#run/${one.run}`}>{one.run}</a></th><td class="number">{digits(one.median)}</td><td class="number">{digits(one.least)}</td><td class="number">{digits(one.most)}</td><td class="number">{one.count}</td></tr>)}</tbody>
          </table>
        </Sheet>
      </details>
    </article>
  );
}

/** Those that have shifted come first. */
export function TrendsSection(props: { data: HistoryData }) {
  const { measurements, left_out } = props.data;
  const axis = useMemo(() => axisOf(props.data), [props.data]);
  const [text, setText] = useState('');
  const [shown, setShown] = useState(few);
  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/);
    return measurements
      .filter((one) => words.every((word) => `${one.name} ${one.device} ${one.case}`.toLowerCase().includes(word)))
      .sort((a, b) => Number(b.changes.length > 0) - Number(a.changes.length > 0));
  }, [measurements, text]);
  return (
    <Section id="trends" title={`Measurements (${measurements.length})`} note={<>The median of each run. A shift is marked where the medians on its two sides differ by more than chance.{left_out.measurements > 0 && ` ${left_out.measurements} more are in the history.`}</>}>
      <form class="filter" role="search" aria-label="Measurements" onSubmit={(event) => event.preventDefault()}>
        <label class="text"><span class="unseen">Text</span><input type="search" id="search" placeholder="name, device, case" value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
        <span role="status" class="quiet">{many(found.length, 'measurement')}</span>
      </form>
      <div class="trends">{found.slice(0, shown).map((one) => <Trend key={one.name + one.device + one.case} trend={one} axis={axis} />)}</div>
      {found.length > shown && <button onClick={() => setShown(shown + few)}>{found.length - shown} more</button>}
    </Section>
  );
}
