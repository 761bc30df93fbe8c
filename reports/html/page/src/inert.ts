// Every text that is drawn comes by here, whoever said it and whoever forgot to think of that: what cannot be seen is made
// visible (text.ts). Markup it never is, since Preact makes text nodes of texts.
import { options, type ComponentChildren, type VNode } from 'preact';
import { visible } from './text';

export function shown(children: ComponentChildren): ComponentChildren {
  if (typeof children === 'string') return visible(children);
  return Array.isArray(children) ? children.map(shown) : children;
}

export function makeTextsInert(): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const props = vnode.props as { children?: ComponentChildren };
    if (typeof vnode.type === 'string' && props.children !== undefined) props.children = shown(props.children);
    before?.(vnode);
  };
}
