import { useMemo } from 'preact/hooks';
import type { RequirementResult, RunData, Verdict } from '../data';
import { many } from '../format';
import { Mark } from '../parts/Mark';
import { Section, Sheet } from '../parts/Section';
import { Text } from '../parts/Text';
import { toCase, toDeviation, toRequirement, type Route } from '../route';

/** Why a requirement has no verdict, where it has none. */
function hole(one: RequirementResult): string {
  if (one.verdict !== 'none') return '';
  if (one.cases.length === 0) return 'no case';
  return one.applicable ? 'not run' : 'does not apply';
}

function CaseLinks(props: { ids: string[]; verdicts: Map<string, Verdict> }) {
  return (
    <details>
      <summary>{many(props.ids.length, 'case')}</summary>
      <ul class="plain-list">
        {props.ids.map((id) => (
          <li key={id}><Mark verdict={props.verdicts.get(id) ?? 'none'} word={false} /> <a href={toCase(id)}><Text of={id} /></a></li>
        ))}
      </ul>
    </details>
  );
}

function Row(props: { one: RequirementResult; data: RunData; verdicts: Map<string, Verdict>; at: boolean }) {
  const { one, data } = props;
  const missing = hole(one);
  return (
    <tr id={`requirement/${one.id}`} class={`${missing === 'no case' ? 'hole' : ''}${props.at ? ' at' : ''}`}>
      <td class="word"><Mark verdict={one.verdict} />{missing !== '' && <span class="quiet"> {missing}</span>}</td>
      <th scope="row"><a href={toRequirement(one.id)}>{one.id}</a></th>
      <td class="word">{one.level}</td>
      <td>
        <Text of={one.statement} most={1000} /> <span class="quiet">{data.catalogue[one.id]?.source}</span>
        {one.deviations.length > 0 && <br />}
        {one.deviations.map((id) => <a key={id} class="id" href={toDeviation(id)}><Text of={id} /></a>)}
      </td>
      <td class="short">{one.cases.length > 0 && <CaseLinks ids={one.cases} verdicts={props.verdicts} />}</td>
    </tr>
  );
}

export function RequirementsSection(props: { data: RunData; route: Route }) {
  const { data } = props;
  const { requirements, cases } = data.result;
  const verdicts = useMemo(() => new Map(cases.map((one) => [one.id, one.verdict])), [cases]);
  const groups = useMemo(() => {
    const out = new Map<string, RequirementResult[]>();
    for (const one of requirements) out.set(one.command, [...(out.get(one.command) ?? []), one]);
    return [...out];
  }, [requirements]);
  const holes = requirements.filter((one) => one.cases.length === 0);
  const without = cases.filter((one) => one.requirements.length === 0);
  return (
    <Section
      id="requirements" title={`Requirements (${requirements.length})`}
      note={<>{many(holes.length, 'requirement')} of the catalogue without a case in this run{without.length > 0 && <>, {many(without.length, 'case')} without a requirement</>}.</>}
    >
      {groups.map(([command, all]) => (
        <details key={command} open={all.some((one) => one.verdict === 'fail' || (props.route.place === 'requirement' && one.id === props.route.id))}>
          <summary>
            <h3>{command || 'unknown'}</h3>{' '}
            <span class="squares" aria-hidden="true">{all.map((one) => <span key={one.id} class={`square ${one.verdict}${hole(one) === 'no case' ? ' hole' : ''}`} title={one.id} />)}</span>{' '}
            <span class="quiet">{all.filter((one) => one.verdict === 'pass').length} of {all.length} passed</span>
          </summary>
          <Sheet label={`Requirements of ${command}`}>
            <table>
              <thead><tr><th scope="col">verdict</th><th scope="col">id</th><th scope="col">level</th><th scope="col">what is owed</th><th scope="col">cases</th></tr></thead>
              <tbody>{all.map((one) => <Row key={one.id} one={one} data={data} verdicts={verdicts} at={props.route.place === 'requirement' && props.route.id === one.id} />)}</tbody>
            </table>
          </Sheet>
        </details>
      ))}
    </Section>
  );
}
