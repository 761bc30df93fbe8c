import type { ComponentChildren } from 'preact';
import { turn } from '../theme';
import { Keys } from './Keys';

export function Frame(props: { title: string; nav: { id: string; title: string }[]; children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href={`#${props.nav[0]?.id ?? ''}`}>Skip to the content</a>
      <header class="top">
        <span class="name">{props.title}</span>
        <nav aria-label="Sections">
          {props.nav.map((one) => <a key={one.id} href={`#${one.id}`}>{one.title}</a>)}
        </nav>
        <button class="plain" onClick={turn} aria-label="Turn between light and dark">{'\u25d0'}</button>
        <Keys />
      </header>
      <main>{props.children}</main>
    </>
  );
}
