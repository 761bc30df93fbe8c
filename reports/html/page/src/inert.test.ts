import { h } from 'preact';
import { expect, it } from 'vitest';
import { makeTextsInert } from './inert';

it('reaches the texts of every element, however they are given', () => {
  makeTextsInert();
  const evil = '\u001b[2J\u202e';
  const children = (node: unknown) => (node as { props: { children: unknown } }).props.children;
  expect(children(h('p', null, evil))).toBe('\\x1b[2J\\u202e');
  expect(children(h('p', null, 'a', [evil, 7], null))).toEqual(['a', ['\\x1b[2J\\u202e', 7], null]);
  expect(children(h('p', null, 'plain \u6f22'))).toBe('plain \u6f22');
  const Component = (props: { children: string }) => h('p', null, props.children);
  expect(children(h(Component, null, evil))).toBe(evil);
});
