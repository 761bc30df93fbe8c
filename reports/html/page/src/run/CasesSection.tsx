import { Component, Fragment } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CaseResult, RunData, Verdict } from '../data';
import { Cases, filterOf, queryOf, verdicts, type Filter } from '../filter';
import { many, span } from '../format';
import { isTyping } from '../parts/Keys';
import { Mark } from '../parts/Mark';
import { Section } from '../parts/Section';
import { Text } from '../parts/Text';
import { fragment, go, toCase, type Route } from '../route';
import { CaseDetail } from './CaseDetail';
import { CasesHead } from './CasesHead';
import { useRows } from './useRows';

function FilterBar(props: { cases: Cases; filter: Filter; set: (filter: Filter) => void; shown: number }) {
  const { filter, set } = props;
  const toggle = (one: Verdict) =>
    set({ ...filter, verdicts: filter.verdicts.includes(one) ? filter.verdicts.filter((v) => v !== one) : [...filter.verdicts, one] });
  const choice = (label: string, value: string, all: readonly string[], to: (value: string) => Filter) => (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => set(to(event.currentTarget.value))}>
        <option value="">all</option>
        {all.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
    </label>
  );
  return (
    <form class="filter" role="search" aria-label="Cases" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend class="unseen">Verdicts</legend>
        {verdicts.map((one) => (
          <button key={one} type="button" aria-pressed={filter.verdicts.includes(one)} onClick={() => toggle(one)}>
            <Mark verdict={one} />
          </button>
        ))}
      </fieldset>
      {choice('command', filter.command, props.cases.commands, (command) => ({ ...filter, command }))}
      {choice('level', filter.level, props.cases.allLevels, (level) => ({ ...filter, level }))}
      <label class="text">
        <span class="unseen">Text</span>
        <input
          type="search" id="search" placeholder="case, reason, requirement, deviation" value={filter.text}
          onInput={(event) => set({ ...filter, text: event.currentTarget.value })}
        />
      </label>
      <span role="status" class="quiet">{many(props.shown, 'case')}</span>
    </form>
  );
}

interface RowProps {
  one: CaseResult;
  at: boolean;
  open: boolean;
  query: Record<string, string>;
}

/** Drawn again only where something of it has changed: there may be thousands, and a key moves two. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps) {
    const now = this.props;
    return next.one !== now.one || next.at !== now.at || next.open !== now.open || next.query !== now.query;
  }

  render({ one, at, open, query }: RowProps) {
    const link = open ? fragment('cases', '', query) : toCase(one.id, query);
    return (
      <tr id={`row/${one.id}`} class={`row${at ? ' at' : ''}`}>
        <td><Mark verdict={one.verdict} /></td>
        <th scope="row"><a href={link} aria-expanded={open}><Text of={one.id} most={120} /></a></th>
        <td class="wide">{one.command}</td>
        <td class="number">{one.attempts.length > 0 ? span(one.duration_ns) : ''}</td>
        <td class="wide reason"><Text of={one.reason} most={160} /></td>
      </tr>
    );
  }
}

/** j and k, Enter, Escape and /. */
function useKeys(ids: string[], open: string, query: Record<string, string>) {
  const [at, setAt] = useState('');
  const now = useRef(''); // keys may come faster than the page is drawn
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = isTyping(event);
      if (event.key === 'Escape' && typing) (event.target as HTMLElement).blur();
      else if (typing || document.querySelector('dialog[open]')) return;
      else if (event.key === '/') document.getElementById('search')?.focus();
      else if (event.key === 'Escape' && open !== '') go(fragment('cases', '', query));
      else if (event.key === 'j' || event.key === 'k') {
        const step = event.key === 'j' ? 1 : -1;
        const place = ids.indexOf(now.current === '' ? open : now.current) + step;
        now.current = ids[Math.min(ids.length - 1, Math.max(0, place))] ?? now.current;
        setAt(now.current);
      } else if (event.key === 'Enter' && now.current !== '' && (event.target as HTMLElement).tagName !== 'A' && (event.target as HTMLElement).tagName !== 'BUTTON') {
        go(open === now.current ? fragment('cases', '', query) : toCase(now.current, query));
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [ids, open, query]);
  useEffect(() => {
    if (at !== '') document.getElementById(`row/${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return at;
}

export function CasesSection(props: { data: RunData; route: Route }) {
  const { data, route } = props;
  const cases = useMemo(() => new Cases(data.result.cases, data.result.requirements), [data.result]);
  const mine = route.place === 'cases' || route.place === 'case';
  const search = useRef('');
  if (mine) search.current = JSON.stringify(queryOf(filterOf(route.query)));
  const query = useMemo(() => JSON.parse(search.current || '{}') as Record<string, string>, [search.current]);
  const filter = useMemo(() => filterOf(query), [query]);
  const open = route.place === 'case' ? route.id : '';
  const ids = useMemo(() => {
    const found = cases.matching(filter).map((i) => cases.all[i]!.id);
    if (open !== '' && !found.includes(open) && cases.all.some((one) => one.id === open)) found.unshift(open);
    return found;
  }, [cases, filter, open]);
  const byId = useMemo(() => new Map(cases.all.map((one) => [one.id, one])), [cases]);
  const at = useKeys(ids, open, query);
  const { from, to, end, showAbove } = useRows(ids.indexOf(open), ids.indexOf(at), ids.length, query);
  const set = (asked: Filter) => go(fragment('cases', '', queryOf(asked)), false);
  useEffect(() => {
    if (open !== '') document.getElementById(`row/${open}`)?.scrollIntoView();
  }, [open]);
  const exchange = Number(route.query['exchange'] ?? 0);
  return (
    <Section id="cases" title={`Cases (${data.result.cases.length})`}>
      <FilterBar cases={cases} filter={filter} set={set} shown={ids.length} />
      {open !== '' && !byId.has(open) && <p>There is no case <Text of={open} /> in this run.</p>}
      <table class="cases">
        <CasesHead sort={filter.sort} set={(sort) => set({ ...filter, sort })} />
        <tbody>
          {from > 0 && <tr><td colSpan={5}><button type="button" onClick={showAbove}>show more of the {from} before</button></td></tr>}
          {ids.slice(from, to).map((id) => {
            const one = byId.get(id)!;
            const isOpen = id === open;
            return (
              <Fragment key={id}>
                <Row one={one} at={id === at} open={isOpen} query={query} />
                {isOpen && <tr class="detail"><td colSpan={5}><CaseDetail one={one} data={data} exchange={exchange} /></td></tr>}
              </Fragment>
            );
          })}
          {to < ids.length && <tr ref={end}><td colSpan={5} class="quiet">and {ids.length - to} more</td></tr>}
        </tbody>
      </table>
    </Section>
  );
}
