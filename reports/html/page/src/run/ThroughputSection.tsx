import { useMemo } from 'preact/hooks';
import type { Throughput } from '../data';
import { bytes, digits, rate, statistic } from '../format';
import { Plot, type Curve, type Line } from '../parts/Plot';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';
import { toCase } from '../route';

const nameOf = (one: Throughput) => one.what + (one.baud === null ? '' : ` at ${one.baud} baud`);
/** On a logarithmic axis, whose marks are powers of ten. */
const decimal = (value: number) => (value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(value));
const palette = ['accent', 'pass', 'inconc', 'error', 'fail', 'quiet'];

function drawn(rows: Throughput[]) {
  const x = [...new Set(rows.map((one) => one.bytes))].sort((a, b) => a - b);
  const names = [...new Set(rows.map(nameOf))];
  const curves = names.map((name, i): Curve => ({
    label: name,
    colour: palette[i % palette.length]!,
    values: x.map((size) => {
      const row = rows.find((one) => nameOf(one) === name && one.bytes === size);
      return row && row.values.length > 0 ? statistic(row.values, 0.5) : null;
    }),
    points: rows.filter((one) => nameOf(one) === name).length < 2,
  }));
  const rates = [...new Set(rows.map((one) => one.line_rate).filter((one): one is number => one !== null))];
  const lines = rates.map((at): Line => ({ at, label: `line ${rate(at)}`, colour: 'quiet' }));
  return { x, curves, lines };
}

export function ThroughputSection(props: { rows: Throughput[] }) {
  const { x, curves, lines } = useMemo(() => drawn(props.rows), [props.rows]);
  return (
    <Section id="throughput" title="Throughput" note="The body's bytes over the whole time of the command; the share is of what the line could carry in that time.">
      <Plot title="Bytes per second by the size of the body" x={x} curves={curves} unit="B/s" xUnit="bytes of the body" logX={x.length > 1} horizontals={lines} xLabel={decimal} fromZero height={260} />
      <Sheet label="Throughput">
        <table>
          <thead><tr><th scope="col">what</th><th scope="col">body</th><th scope="col">rate, median</th><th scope="col">of the line</th><th scope="col">samples</th><th scope="col">case</th></tr></thead>
          <tbody>
            {props.rows.map((one, i) => {
              const middle = statistic(one.values, 0.5);
              return (
                <tr key={i}>
                  <th scope="row">{nameOf(one)}</th>
                  <td class="number">{bytes(one.bytes)}</td>
                  <td class="number">{rate(middle)}</td>
                  <td class="number">{one.line_rate === null ? 'no rate' : `${digits((100 * middle) / one.line_rate)} %`}</td>
                  <td class="number">{one.values.length}</td>
                  <td><a href={toCase(one.case)}><Text of={one.case} /></a></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Sheet>
    </Section>
  );
}
