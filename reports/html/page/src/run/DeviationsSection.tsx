import { useEffect, useState } from 'preact/hooks';
import type { Check, Deviation, RunData } from '../data';
import { many } from '../format';
import { Section } from '../parts/Section';
import { Code, Text } from '../parts/Text';
import { toCase, toRequirement } from '../route';
import { fromBytes } from '../text';
import { timelineOf } from '../timelines';

/** The first failed check of a case that the deviation touched, which tells what was owed there. */
function checkOf(one: Deviation, data: RunData): Check | undefined {
  const touched = new Set(one.cases);
  for (const found of data.result.cases) {
    if (!touched.has(found.id)) continue;
    const check = found.checks.find((c) => c.verdict === 'fail' && c.requirement === one.requirement);
    if (check) return check;
  }
  return undefined;
}

/** What was sent in the exchange of the first evidence: its attempt's timeline tells, where it is in the page. */
function useSent(one: Deviation, data: RunData): string {
  const [sent, setSent] = useState('');
  const first = one.evidence[0];
  const keys = data.timelines.attempts.filter((a) => a.kept && a.case === first?.case && a.device === first.device).slice(0, 3).map((a) => a.key);
  useEffect(() => {
    if (sent !== '') return;
    void (async () => {
      for (const key of keys) {
        const events = await timelineOf(key, data.form).catch(() => []);
        const found = events.find((event) => event.e === 'exchange' && event['exchange'] === first?.exchange);
        if (found && typeof found['sent'] === 'string') return setSent(found['sent']);
      }
    })();
  }, [keys.join()]);
  return sent;
}

function Card(props: { one: Deviation; data: RunData }) {
  const { one, data } = props;
  const requirement = data.result.requirements.find((r) => r.id === one.requirement);
  const check = checkOf(one, data);
  const sent = useSent(one, data);
  return (
    <article class="card" id={`deviation/${one.id}`}>
      <h3>
        <Text of={one.id} />
        <a class="id" href={toRequirement(one.requirement)}>{one.requirement}</a>
      </h3>
      <p><Text of={one.summary} /></p>
      <dl class="facts">
        {requirement && (
          <div>
            <dt>owed{requirement.level && ` (${requirement.level})`}</dt>
            <dd>
              <Text of={requirement.statement} most={1000} />{' '}
              <span class="quiet">Manual: {data.catalogue[one.requirement]?.source ?? 'unknown'}</span>
            </dd>
          </div>
        )}
        {sent !== '' && <div><dt>sent</dt><dd><Code of={fromBytes(sent)} /></dd></div>}
        {check && <div><dt>in one case</dt><dd><Text of={check.what} />: owed <Code of={check.owed} />, got <Code of={check.got} /></dd></div>}
        {one.evidence.map((piece, i) => (
          <div key={i}>
            <dt>{i === 0 ? 'came' : ''}</dt>
            <dd>
              <Code of={piece.bytes} />{' '}
              <a href={toCase(piece.case, { exchange: String(piece.exchange) })}>
                exchange {piece.exchange} of <Text of={piece.case} />
              </a>{piece.device && <span class="quiet"> on {piece.device}</span>}
            </dd>
          </div>
        ))}
        <div>
          <dt>seen</dt>
          <dd>
            {many(one.count, 'time')} in {many(one.cases.length, 'case')}
            {!one.certain && <strong> only while bytes were lost or something hid it: it accuses nobody</strong>}
          </dd>
        </div>
      </dl>
      <details>
        <summary>{many(one.cases.length, 'case')} touched</summary>
        <ul class="plain-list">
          {one.cases.slice(0, 200).map((id) => <li key={id}><a href={toCase(id)}><Text of={id} /></a></li>)}
          {one.cases.length > 200 && <li>and {one.cases.length - 200} more</li>}
        </ul>
      </details>
    </article>
  );
}

export function DeviationsSection(props: { data: RunData }) {
  const all = props.data.result.deviations;
  return (
    <Section id="deviations" title={`Deviations (${all.length})`}>
      {all.length === 0 ? <p class="quiet">None was seen.</p> : all.map((one) => <Card key={one.id + one.requirement} one={one} data={props.data} />)}
    </Section>
  );
}
