import { useEffect, useState } from 'preact/hooks';
import type { Attempt, CaseResult, Event, RunData, Timelines } from '../data';
import { bytes, quoted, span } from '../format';
import { Command } from '../parts/Copy';
import { Mark } from '../parts/Mark';
import { Sheet } from '../parts/Section';
import { Code, Text } from '../parts/Text';
import { toDeviation, toRequirement } from '../route';
import { Timeline } from '../timeline/Timeline';
import { timelineOf } from '../timelines';

type Kept = Timelines['attempts'][number];

function Checks(props: { one: CaseResult; attempt: number }) {
  const all = props.one.checks.filter((check) => check.attempt === props.attempt);
  if (all.length === 0) return <p class="quiet">No check was made.</p>;
  return (
    <Sheet label="Checks">
      <table>
        <thead><tr><th scope="col">verdict</th><th scope="col">requirement</th><th scope="col">what</th><th scope="col">owed</th><th scope="col">got</th></tr></thead>
        <tbody>
          {all.map((check, i) => (
            <tr key={i}>
              <td><Mark verdict={check.verdict} /></td>
              <th scope="row"><a href={toRequirement(check.requirement)}>{check.requirement}</a></th>
              <td><Text of={check.what} /></td>
              <td><Code of={check.owed} most={200} /></td>
              <td><Code of={check.got} most={200} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function LoadedTimeline(props: { kept: Kept; form: RunData['form']; exchange: number }) {
  const [events, setEvents] = useState<Event[] | null>(null);
  const [wrong, setWrong] = useState('');
  const { key, begin_ns, end_ns, cut } = props.kept;
  useEffect(() => {
    let gone = false;
    setEvents(null);
    timelineOf(key, props.form).then(
      (found) => !gone && setEvents(found),
      (error: unknown) => !gone && setWrong(error instanceof Error ? error.message : String(error)),
    );
    return () => { gone = true; };
  }, [key, end_ns]);
  if (wrong !== '') return <p class="quiet">{wrong}</p>;
  if (!events) return <p class="quiet">{'\u2026'}</p>;
  return (
    <>
      {cut && <p class="quiet">Only its begin and its end are here; the record has all {bytes(props.kept.bytes)}.</p>}
      <Timeline events={events} begin={begin_ns} end={end_ns} {...(props.exchange > 0 ? { highlight: props.exchange } : {})} />
    </>
  );
}

function AttemptPart(props: { one: CaseResult; attempt: Attempt; kept: Kept | undefined; data: RunData; exchange: number; open: boolean }) {
  const { one, attempt, kept } = props;
  const [shown, show] = useState(props.open);
  return (
    <details open={shown} onToggle={(event) => show((event.currentTarget as HTMLDetailsElement).open)} class="attempt">
      <summary>
        Attempt {attempt.number}{attempt.device && <> on {attempt.device}</>}: <Mark verdict={attempt.verdict} /> in {span(attempt.duration_ns)}
        {attempt.interrupted && ', interrupted'}{attempt.lost_bytes && ', bytes were lost on the line'}
      </summary>
      {shown && (
        <>
          {attempt.reason !== '' && attempt.reason !== one.reason && <p><Text of={attempt.reason} most={1000} /></p>}
          {attempt.steps.length > 0 && <ol class="steps">{attempt.steps.map((step, i) => <li key={i}><Text of={step} /></li>)}</ol>}
          <Checks one={one} attempt={attempt.number} />
          {attempt.unexplained.map((piece, i) => <p key={i}>Unexplained: <Code of={piece} /></p>)}
          {kept && (kept.kept ? <LoadedTimeline kept={kept} form={props.data.form} exchange={props.exchange} /> : <p class="quiet">Its timeline ({bytes(kept.bytes)}) is not in this page; the record has it.</p>)}
        </>
      )}
    </details>
  );
}

/** The attempt to look at first: the last that did not pass, else the last. */
function worthLooking(one: CaseResult): Attempt | undefined {
  return one.attempts.filter((a) => a.verdict !== 'pass').at(-1) ?? one.attempts.at(-1);
}

export function CaseDetail(props: { one: CaseResult; data: RunData; exchange: number }) {
  const { one, data } = props;
  const kept = data.timelines.attempts.filter((attempt) => attempt.case === one.id);
  const first = worthLooking(one);
  const left = data.attempts_left_out[one.id];
  const used = new Map<number, number>();
  const keptOf = (attempt: Attempt) => {
    const nth = used.get(attempt.number) ?? 0; // an attempt that was made again has the number of the one before
    used.set(attempt.number, nth + 1);
    return kept.filter((line) => line.attempt === attempt.number)[nth];
  };
  return (
    <div class="case">
      {one.reason !== '' && <p class="reason"><Text of={one.reason} most={2000} /></p>}
      <p>
        Requirements:{' '}
        {one.requirements.map((id) => <a key={id} class="id" href={toRequirement(id)}>{id}</a>)}
        {one.deviations.length > 0 && <> Deviations: {one.deviations.map((id) => <a key={id} class="id" href={toDeviation(id)}><Text of={id} /></a>)}</>}
      </p>
      <Command text={[...data.again, '--select', one.id].map(quoted).join(' ')} />
      {one.attempts.length === 0 && <p class="quiet">{one.blocked ? 'It was blocked.' : one.applicable ? 'It was not run.' : 'It does not apply.'}</p>}
      {one.attempts.map((attempt, i) => (
        <AttemptPart key={i} one={one} attempt={attempt} kept={keptOf(attempt)} data={data} exchange={props.exchange} open={attempt === first} />
      ))}
      {left !== undefined && <p class="quiet">{left} more attempts are not in this page; result.json has them.</p>}
    </div>
  );
}
