// Light or dark: as the system says, until somebody says otherwise. Only for this page: nothing is stored.
import { useEffect, useState } from 'preact/hooks';

const dark = matchMedia('(prefers-color-scheme: dark)');

export function isDark(): boolean {
  const said = document.documentElement.dataset['theme'];
  return said ? said === 'dark' : dark.matches;
}

export function turn(): void {
  document.documentElement.dataset['theme'] = isDark() ? 'light' : 'dark';
  dispatchEvent(new Event('theme'));
}

/** For what is drawn in colours and not styled. */
export function useDark(): boolean {
  const [now, set] = useState(isDark());
  useEffect(() => {
    const look = () => set(isDark());
    addEventListener('theme', look);
    dark.addEventListener('change', look);
    return () => {
      removeEventListener('theme', look);
      dark.removeEventListener('change', look);
    };
  }, []);
  return now;
}

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
