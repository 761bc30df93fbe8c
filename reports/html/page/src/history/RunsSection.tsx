import type { Counts, HistoryData, HistoryRun, Verdict } from '../data';
import { span, when } from '../format';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';

const order: Verdict[] = ['pass', 'fail', 'inconc', 'error', 'none'];
const sum = (counts: Counts) => order.reduce((all, one) => all + counts[one], 0);

/** A column for each run, as high as it had cases. */
function Columns(props: { runs: HistoryRun[] }) {
  const most = Math.max(1, ...props.runs.map((run) => sum(run.cases)));
  return (
    <div class="columns" aria-hidden="true">
      {props.runs.map((run) => (
        <a key={run.id} href={`#run/${run.id}`} tabIndex={-1} title={`run ${run.id}, ${run.firmware}: ${order.map((one) => `${run.cases[one]} ${one}`).join(', ')}`}>
          {order.map((one) => <span key={one} class={one} style={{ height: `${(100 * run.cases[one]) / most}%` }} />)}
        </a>
      ))}
    </div>
  );
}

const words: Record<number, string> = { 0: 'passed', 1: 'the device failed', 3: 'nothing is known', 4: 'stopped' };

export function RunsSection(props: { data: HistoryData; at: string }) {
  const { runs, left_out } = props.data;
  return (
    <Section id="runs" title={`Runs (${runs.length})`} note={left_out.runs > 0 ? `The latest; ${left_out.runs} earlier ones are in the history.` : undefined}>
      <Columns runs={runs} />
      <Sheet label="Runs">
        <table>
          <thead>
            <tr>
              <th scope="col">run</th><th scope="col">begun</th><th scope="col">firmware</th><th scope="col">outcome</th>
              {order.map((one) => <th key={one} scope="col" class="number">{one}</th>)}
              <th scope="col" class="number">took</th><th scope="col">record</th>
            </tr>
          </thead>
          <tbody>
            {[...runs].reverse().map((run) => (
              <tr key={run.id} id={`run/${run.id}`} class={props.at === String(run.id) ? 'at' : ''}>
                <th scope="row">{run.id}</th>
                <td class="word">{when(run.began)}</td>
                <td><Text of={run.firmware} most={120} /></td>
                <td>{words[run.exit] ?? `exit ${run.exit}`}{!run.complete && <span class="quiet"> (not whole)</span>}</td>
                {order.map((one) => <td key={one} class={`number ${run.cases[one] > 0 ? one : 'quiet'}`}>{run.cases[one]}</td>)}
                <td class="number">{span(run.duration_ns)}</td>
                <td class="quiet"><Text of={run.record} most={80} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Sheet>
    </Section>
  );
}
