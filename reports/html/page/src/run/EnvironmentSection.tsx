import type { RunData } from '../data';
import { quoted } from '../format';
import { Command } from '../parts/Copy';
import { Section } from '../parts/Section';
import { Code, Text } from '../parts/Text';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nested values as lists. */
function Values(props: { of: Record<string, unknown> }) {
  return (
    <dl class="facts">
      {Object.entries(props.of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{isObject(value) ? <Values of={value} /> : <Code of={typeof value === 'string' ? value : JSON.stringify(value)} />}</dd>
        </div>
      ))}
    </dl>
  );
}

export function EnvironmentSection(props: { data: RunData }) {
  const { run, errata } = props.data.result;
  const command = run.command ? run.command.map(quoted).join(' ') + (run.command.some((word) => word.startsWith('--seed')) ? '' : ` --seed ${run.seed}`) : '';
  const parts: [string, Record<string, unknown> | null][] = [['Profile', run.profile], ['Bench', run.bench], ['Options', run.options]];
  return (
    <Section id="environment" title="Environment">
      {command !== '' && <><p>The whole run again:</p><Command text={command} /></>}
      {errata.length > 0 && (
        <>
          <h3>Where the manual contradicts itself or is silent</h3>
          <dl class="facts">
            {errata.map((one, i) => {
              const known = props.data.errata[one.id];
              return (
                <div key={i}>
                  <dt>{one.id} {known?.where}</dt>
                  <dd>{known && <>{known.says} Read as: {known.reading} </>}<strong>Found: <Text of={one.found} /></strong></dd>
                </div>
              );
            })}
          </dl>
        </>
      )}
      {parts.map(([name, value]) => value && <details key={name}><summary><h3>{name}</h3></summary><Values of={value} /></details>)}
      <p class="quiet">Made {props.data.made} by attest {run.attest}.</p>
    </Section>
  );
}
