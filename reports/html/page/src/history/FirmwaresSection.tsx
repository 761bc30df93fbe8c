import type { FirmwareSummary, HistoryData, Verdict } from '../data';
import { digits, many } from '../format';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';

const order: Verdict[] = ['pass', 'fail', 'inconc', 'error', 'none'];

function Ids(props: { ids: string[] }) {
  if (props.ids.length === 0) return <span class="quiet">none</span>;
  return <details><summary>{many(props.ids.length, 'case')}</summary><ul class="plain-list">{props.ids.map((id) => <li key={id}><Text of={id} /></li>)}</ul></details>;
}

/** The same measurement on each firmware, latest last. */
function Medians(props: { all: FirmwareSummary[] }) {
  const names = [...new Set(props.all.flatMap((one) => one.medians.map((m) => `${m.name}\n${m.unit}`)))].sort();
  if (names.length === 0) return null;
  return (
    <details>
      <summary>Medians of {many(names.length, 'measurement')} side by side</summary>
      <Sheet label="Medians by firmware">
        <table>
          <thead><tr><th scope="col">measurement</th>{props.all.map((one) => <th key={one.firmware} scope="col" class="number"><Text of={one.firmware} most={60} /></th>)}</tr></thead>
          <tbody>
            {names.map((key) => {
              const [name, unit] = key.split('\n') as [string, string];
              return (
                <tr key={key}>
                  <th scope="row"><Text of={name} /> <span class="quiet">{unit === '1' ? '' : unit}</span></th>
                  {props.all.map((one) => {
                    const found = one.medians.find((m) => m.name === name && m.unit === unit);
                    return <td key={one.firmware} class="number">{found ? digits(found.median) : ''}</td>;
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Sheet>
    </details>
  );
}

export function FirmwaresSection(props: { data: HistoryData }) {
  const { firmwares, left_out } = props.data;
  return (
    <Section id="firmwares" title={`Firmware versions (${firmwares.length})`} note={<>Each by its latest whole run, against the version before it.{left_out.firmwares > 0 && ` ${left_out.firmwares} more are in the history.`}</>}>
      <Sheet label="Firmware versions">
        <table>
          <thead><tr><th scope="col">firmware</th><th scope="col" class="number">runs</th><th scope="col">latest</th>{order.map((one) => <th key={one} scope="col" class="number">{one}</th>)}<th scope="col">newly failing</th><th scope="col">newly passing</th></tr></thead>
          <tbody>
            {firmwares.map((one) => (
              <tr key={one.firmware}>
                <th scope="row"><Text of={one.firmware || 'not told'} /></th>
                <td class="number">{one.runs}</td><td><a href={`#run/${one.latest}`}>run {one.latest}</a></td>
                {order.map((verdict) => <td key={verdict} class={`number ${one.cases[verdict] > 0 ? verdict : 'quiet'}`}>{one.cases[verdict]}</td>)}
                <td><Ids ids={one.newly_failing} /></td><td><Ids ids={one.newly_passing} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
      <Medians all={firmwares} />
    </Section>
  );
}
