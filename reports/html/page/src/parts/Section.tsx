import type { ComponentChildren } from 'preact';

export function Section(props: { id: string; title: string; note?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section id={props.id} aria-labelledby={`${props.id}-title`}>
      <h2 id={`${props.id}-title`} tabIndex={-1}>{props.title}</h2>
      {props.note && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  );
}

/** A table that scrolls for itself where the page is narrow. */
export function Sheet(props: { label: string; children: ComponentChildren }) {
  return <div class="sheet" role="region" aria-label={props.label} tabIndex={0}>{props.children}</div>;
}
