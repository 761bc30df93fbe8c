// Which cases are looked at: by verdict, command, level of their requirements, and text; and in which order.
import type { CaseResult, Result, Verdict } from './data';

export const columns = ['case', 'command', 'time'] as const;
export type Column = (typeof columns)[number];
/** '': by verdict, what failed first. With '-': from the end. */
export type Sort = '' | Column | `-${Column}`;

export interface Filter {
  verdicts: Verdict[]; // empty: all
  command: string;
  level: string;
  text: string;
  sort: Sort;
}

export const verdicts: readonly Verdict[] = ['fail', 'error', 'inconc', 'pass', 'none'];

export function filterOf(query: Record<string, string>): Filter {
  const asked = (query['verdict'] ?? '').split(',');
  return {
    verdicts: verdicts.filter((one) => asked.includes(one)),
    command: query['command'] ?? '',
    level: query['level'] ?? '',
    text: query['q'] ?? '',
    sort: sortOf(query['sort'] ?? ''),
  };
}

function sortOf(asked: string): Sort {
  return columns.some((one) => one === asked.replace(/^-/, '')) ? (asked as Sort) : '';
}

export function queryOf(filter: Filter): Record<string, string> {
  return { verdict: filter.verdicts.join(','), command: filter.command, level: filter.level, q: filter.text, sort: filter.sort };
}

export function isAll(filter: Filter): boolean {
  return filter.verdicts.length === 0 && filter.command === '' && filter.level === '' && filter.text === '';
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const orders: Record<Column | '', (a: CaseResult, b: CaseResult) => number> = {
  '': (a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict),
  case: (a, b) => byText(a.id, b.id),
  command: (a, b) => byText(a.command, b.command),
  time: (a, b) => a.duration_ns - b.duration_ns,
};

/** Built once for a result; asked at every key stroke. */
export class Cases {
  private readonly texts: string[];
  private readonly levels: Set<string>[];
  readonly commands: string[];
  readonly allLevels: string[];

  constructor(readonly all: readonly CaseResult[], requirements: Result['requirements']) {
    const level = new Map(requirements.map((one) => [one.id, one.level]));
    this.texts = all.map((one) =>
      [one.id, one.command, one.reason, ...one.requirements, ...one.deviations].join('\n').toLowerCase());
    this.levels = all.map((one) => new Set(one.requirements.map((id) => level.get(id) ?? '')));
    this.commands = [...new Set(all.map((one) => one.command))].filter((one) => one !== '').sort();
    this.allLevels = [...new Set(requirements.map((one) => one.level))].filter((one) => one !== '');
  }

  /** Places in `all`, sorted as asked; what is equal then stays in the order of the run. */
  matching(filter: Filter): number[] {
    const words = filter.text.toLowerCase().split(/\s+/).filter((one) => one !== '');
    const out: number[] = [];
    this.all.forEach((one, i) => {
      if (filter.verdicts.length > 0 && !filter.verdicts.includes(one.verdict)) return;
      if (filter.command !== '' && one.command !== filter.command) return;
      if (filter.level !== '' && !this.levels[i]!.has(filter.level)) return;
      if (words.every((word) => this.texts[i]!.includes(word))) out.push(i);
    });
    const turned = filter.sort.startsWith('-') ? -1 : 1;
    const order = orders[filter.sort.replace(/^-/, '') as Column | ''];
    return out.sort((a, b) => turned * order(this.all[a]!, this.all[b]!) || a - b);
  }
}
