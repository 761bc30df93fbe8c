import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Latency, Measurement, Quantile, RunData } from '../data';
import { digits, many, span } from '../format';
import { Plot, type Line } from '../parts/Plot';
import { Section, Sheet } from '../parts/Section';
import { fragment, useRoute } from '../route';

const nameOf = (one: Latency) => `${one.command} ${one.ending}`;
const ms = (ns: number) => ns / 1e6;

/** The share of samples that are not longer than each, on at most so many points. */
export function shares(samples: readonly number[], most = 400): { x: number[]; y: number[] } {
  const sorted = samples.map(ms).sort((a, b) => a - b);
  const stride = Math.max(1, Math.floor(sorted.length / most));
  const x: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < sorted.length; i += stride) {
    if (x.length > 0 && sorted[i]! <= x.at(-1)!) y[y.length - 1] = (i + 1) / sorted.length;
    else {
      x.push(sorted[i]!);
      y.push((i + 1) / sorted.length);
    }
  }
  if (sorted.length > 0 && y.at(-1)! < 1) {
    if (sorted.at(-1)! > x.at(-1)!) {
      x.push(sorted.at(-1)!);
      y.push(1);
    } else y[y.length - 1] = 1;
  }
  return { x, y };
}

const inUnits: Record<string, number> = { ns: 1e-6, us: 1e-3, '\u00b5s': 1e-3, ms: 1, s: 1e3 };

/** Budgets of the command's measurements, in milliseconds, each once. */
export function budgetsOf(command: string, data: RunData): Line[] {
  const commands = new Map(data.result.requirements.map((one) => [one.id, one.command]));
  const own = command.replace(/ data$/, '');
  const mine = (one: Measurement) => {
    const of = commands.get(one.requirement);
    return of === own || (of === 'general' && own === 'AT');
  };
  const out: Line[] = [];
  for (const one of data.result.measurements) {
    const scale = inUnits[one.unit];
    if (one.limit === null || scale === undefined || !mine(one)) continue;
    const line = { at: one.limit * scale, label: `budget ${one.requirement} ${one.of ?? ''}`, colour: 'fail', u: (one.u ?? 0) * scale };
    if (!out.some((other) => other.at === line.at)) out.push(line);
  }
  return out;
}

function Interval(props: { q: Quantile }) {
  const { value, low, high } = props.q;
  return <>{span(value)}{low !== null && high !== null && <span class="quiet"> ({span(low)} to {span(high)})</span>}</>;
}

/** The median of each part, side by side in the order of a command's life. */
function Split(props: { of: Latency }) {
  const all = props.of.parts.filter((part) => part.p50.value > 0);
  const sum = all.reduce((total, part) => total + part.p50.value, 0);
  return (
    <>
      <div class="split" aria-hidden="true">
        {all.map((part, i) => (
          <span key={part.name} class={`part part-${i % 6}`} style={{ flexGrow: part.p50.value / sum }} title={`${part.name} ${span(part.p50.value)}`}>
            {part.p50.value / sum > 0.12 && part.name}
          </span>
        ))}
      </div>
      <Sheet label={`Where the time of ${props.of.command} goes that ends in ${props.of.ending}`}>
        <table>
          <thead><tr><th scope="col">part</th><th scope="col">p50</th><th scope="col">p95</th><th scope="col">p99</th><th scope="col" class="number">seen in</th></tr></thead>
          <tbody>
            {props.of.parts.map((part) => (
              <tr key={part.name}>
                <th scope="row">{part.name}</th>
                <td><Interval q={part.p50} /></td><td><Interval q={part.p95} /></td><td><Interval q={part.p99} /></td><td class="number">{part.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
    </>
  );
}

function Curve(props: { of: Latency; data: RunData }) {
  const { of, data } = props;
  const curve = useMemo(() => shares(of.samples), [of]);
  const curves = useMemo(() => [{ label: 'share of commands', values: curve.y, colour: 'accent', step: true }], [curve]);
  const quantiles: Line[] = ([['p50', of.p50], ['p95', of.p95], ['p99', of.p99]] as const).map(([label, q]) => ({ at: ms(q.value), label, colour: 'quiet' }));
  const wide = curve.x.length > 0 && curve.x[0]! > 0 && curve.x.at(-1)! / curve.x[0]! > 20;
  return (
    <Plot
      title={`How ${of.command} ${of.ending} is distributed: half within ${span(of.p50.value)}, 95 % within ${span(of.p95.value)}, 99 % within ${span(of.p99.value)}`}
      x={curve.x} curves={curves} unit="share" xUnit="ms" logX={wide} xLabel={digits}
      verticals={[...quantiles, ...budgetsOf(of.command, data)]} fromZero
    />
  );
}

export function LatencySection(props: { data: RunData }) {
  const { latency, floor } = props.data;
  const route = useRoute();
  return (
    <Section
      id="latency" title="Latency"
      note={floor?.u != null
        ? <>Our own side adds up to {digits(floor.u)} {floor.unit} (u), measured on this link before the run. In brackets: the interval that holds the true value with 95 %.</>
        : <>How much our own side adds was not measured. In brackets: the interval that holds the true value with 95 %.</>}
    >
      <Sheet label="Latency by command">
        <table>
          <thead><tr><th scope="col">command</th><th scope="col">ends in</th><th scope="col" class="number">samples</th><th scope="col">p50</th><th scope="col">p95</th><th scope="col">p99</th></tr></thead>
          <tbody>
            {latency.map((one) => (
              <tr key={one.command + one.ending}>
                <th scope="row"><a href={fragment('latency', nameOf(one))}>{one.command}</a></th>
                <td>{one.ending}</td><td class="number">{one.count}</td>
                <td><Interval q={one.p50} /></td><td><Interval q={one.p95} /></td><td><Interval q={one.p99} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
      {latency.map((one) => (
        <LatencyOf key={one.command + one.ending} one={one} data={props.data} asked={route.place === 'latency' && route.id === nameOf(one)} />
      ))}
    </Section>
  );
}

function LatencyOf(props: { one: Latency; data: RunData; asked: boolean }) {
  const { one } = props;
  const [open, setOpen] = useState(false);
  const here = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!props.asked) return;
    setOpen(true);
    here.current?.scrollIntoView();
  }, [props.asked]);
  return (
    <details class="latency" id={`latency/${nameOf(one)}`} ref={here} open={open} onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary><h3>{one.command} {'\u2192'} {one.ending}</h3> <span class="quiet">{many(one.count, 'sample')}{one.samples.length < one.count && `, ${one.samples.length} of them shown`}</span></summary>
      {open && <><Curve of={one} data={props.data} /><Split of={one} /></>}
    </details>
  );
}
