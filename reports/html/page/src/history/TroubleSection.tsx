import type { HistoryData } from '../data';
import { digits } from '../format';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';

const run = (id: number | null) => (id === null ? <span class="quiet">none</span> : <a href={`#run/${id}`}>run {id}</a>);

/** Since when each deviation is there. */
export function DeviationsSection(props: { data: HistoryData }) {
  const { deviations, left_out } = props.data;
  return (
    <Section id="deviations" title={`Deviations (${deviations.length})`} note={left_out.deviations > 0 ? `${left_out.deviations} more are in the history.` : undefined}>
      {deviations.length === 0 ? <p class="quiet">None was seen.</p> : (
        <Sheet label="Deviations">
          <table>
            <thead><tr><th scope="col">deviation</th><th scope="col">requirement</th><th scope="col">what</th><th scope="col">last without</th><th scope="col">first bad</th><th scope="col">latest bad</th><th scope="col">gone since</th><th scope="col" class="number">runs</th></tr></thead>
            <tbody>
              {deviations.map((one) => (
                <tr key={one.id + one.requirement}>
                  <th scope="row"><Text of={one.id} /></th>
                  <td>{one.requirement}</td><td><Text of={one.summary} /></td>
                  <td>{run(one.before)}</td><td>{run(one.first)}</td><td>{run(one.latest)}</td>
                  <td>{one.gone_since === null ? <strong class="fail">it is there</strong> : run(one.gone_since)}</td>
                  <td class="number">{one.runs}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Sheet>
      )}
    </Section>
  );
}

/** Where cases and requirements began to fail. */
export function FirstBadSection(props: { data: HistoryData }) {
  const { first_bad, left_out } = props.data;
  return (
    <Section id="first-bad" title={`First bad runs (${first_bad.length})`} note={left_out.first_bad > 0 ? `${left_out.first_bad} more are in the history.` : undefined}>
      {first_bad.length === 0 ? <p class="quiet">Nothing fails, or did lately.</p> : (
        <Sheet label="First bad runs">
          <table>
            <thead><tr><th scope="col">case or requirement</th><th scope="col">last good</th><th scope="col">first bad</th><th scope="col">latest bad</th><th scope="col" class="number">fails</th><th scope="col">good again</th></tr></thead>
            <tbody>
              {first_bad.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><Text of={one.id} /></th>
                  <td>{run(one.last_good)}</td><td>{run(one.first_bad)}</td><td>{run(one.latest_bad)}</td>
                  <td class="number">{one.fails}</td>
                  <td>{one.good_again === null ? <strong class="fail">it fails</strong> : run(one.good_again)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Sheet>
      )}
    </Section>
  );
}

/** The rate and its interval from 0 to 1. */
function Rate(props: { low: number; high: number; at: number }) {
  const x = (share: number) => 1 + 98 * share;
  return (
    <svg class="strip" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="1" x2="99" y1="7" y2="7" />
      <rect class="u" x={x(props.low)} width={Math.max(0.5, x(props.high) - x(props.low))} y="3" height="8" />
      <line class="limit" x1={x(props.at)} x2={x(props.at)} y1="1" y2="13" />
    </svg>
  );
}

export function FlakesSection(props: { data: HistoryData }) {
  const { flakes, left_out } = props.data;
  const percent = (share: number) => `${digits(100 * share)} %`;
  return (
    <Section id="flakes" title={`Flaky cases (${flakes.length})`} note={<>Cases that both passed and failed on one firmware, with the interval that holds their failure rate with 95 %.{left_out.flakes > 0 && ` ${left_out.flakes} more are in the history.`}</>}>
      {flakes.length === 0 ? <p class="quiet">There is none.</p> : (
        <Sheet label="Flaky cases">
          <table>
            <thead><tr><th scope="col">case</th><th scope="col">firmware</th><th scope="col" class="number">failed</th><th scope="col" class="number">rate</th><th scope="col"><span class="unseen">drawn</span></th><th scope="col">interval</th></tr></thead>
            <tbody>
              {flakes.map((one) => (
                <tr key={one.case + one.firmware}>
                  <th scope="row"><Text of={one.case} /></th>
                  <td><Text of={one.firmware} most={80} /></td>
                  <td class="number">{one.failed} of {one.attempts}</td>
                  <td class="number">{percent(one.failed / one.attempts)}</td>
                  <td><Rate low={one.low} high={one.high} at={one.failed / one.attempts} /></td>
                  <td class="word">{percent(one.low)} to {percent(one.high)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Sheet>
      )}
    </Section>
  );
}
