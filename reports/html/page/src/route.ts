// Where in the page somebody is: its fragment. `#cases?verdict=fail&q=tls`, `#case/A.B%2Fc?verdict=fail`,
// `#deviation/size-in-brackets`, `#requirement/HC-10`.
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  place: string; // "cases", "case", "deviation", "requirement", a section's name, or ""
  id: string;
  query: Record<string, string>;
}

export function parse(fragment: string): Route {
  const text = fragment.replace(/^#/, '');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const slash = path.indexOf('/');
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1))) query[name] = value;
  return slash < 0
    ? { place: decoded(path), id: '', query }
    : { place: path.slice(0, slash), id: decoded(path.slice(slash + 1)), query };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function fragment(place: string, id = '', query: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return '#' + place + (id === '' ? '' : '/' + encodeURIComponent(id)) + (search === '' ? '' : '?' + search);
}

export const toCase = (id: string, query: Record<string, string> = {}) => fragment('case', id, query);
export const toDeviation = (id: string) => fragment('deviation', id);
export const toRequirement = (id: string) => fragment('requirement', id);

/** `keep`: the way back does not lead here. */
export function go(to: string, keep = true): void {
  if (to === location.hash) return;
  if (keep) {
    location.hash = to;
    return;
  }
  history.replaceState(null, '', to);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute(): Route {
  const [route, set] = useState(() => parse(location.hash));
  useEffect(() => {
    const changed = () => set(parse(location.hash));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}
