import type { Column, Sort } from '../filter';

/** A column that sorts: first one way, then the other, then by verdict as at first. */
function Sorting(props: { column: Column; title?: string; class?: string; sort: Sort; set: (sort: Sort) => void }) {
  const { column, sort } = props;
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
  const next = ({ none: column, ascending: `-${column}`, descending: '' } as const)[direction];
  const arrow = { none: '', ascending: ' \u2191', descending: ' \u2193' }[direction];
  return (
    <th scope="col" class={props.class ?? ''} aria-sort={direction}>
      <button type="button" class="sort" onClick={() => props.set(next)}>{props.title ?? column}<span aria-hidden="true">{arrow}</span></button>
    </th>
  );
}

export function CasesHead(props: { sort: Sort; set: (sort: Sort) => void }) {
  return (
    <thead>
      <tr>
        <th scope="col" aria-sort={props.sort === '' ? 'other' : 'none'}>verdict</th>
        <Sorting column="case" {...props} />
        <Sorting column="command" class="wide" {...props} />
        <Sorting column="time" class="number" {...props} />
        <th scope="col" class="wide">why it did not pass</th>
      </tr>
    </thead>
  );
}
