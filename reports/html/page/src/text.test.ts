import { describe, expect, it } from 'vitest';
import { cut, fromBytes, visible } from './text';

describe('visible', () => {
  it('shows what cannot be seen, and lets be what can', () => {
    expect(visible('a\r\n\t\0\x1b[31m\x7f\x9b')).toBe('a\\r\\n\\t\\0\\x1b[31m\\x7f\\x9b');
    expect(visible('abc\u202egpj\u2066\u200b\ufeff')).toBe('abc\\u202egpj\\u2066\\u200b\\ufeff');
    expect(visible('\ud800x\udc00')).toBe('\\ud800x\\udc00');
    expect(visible('caf\u00e9 \u6f22 \u{1f600} <b>')).toBe('caf\u00e9 \u6f22 \u{1f600} <b>');
  });
});

describe('fromBytes', () => {
  it('reads UTF-8, and lets be what is none', () => {
    expect(fromBytes('caf\u00c3\u00a9')).toBe('caf\u00e9');
    expect(fromBytes('\u00ff\u00fe')).toBe('\u00ff\u00fe');
    expect(fromBytes('\u6f22')).toBe('\u6f22');
  });
});

it('cut never halves a character', () => {
  expect(cut('a\u{1f600}b', 2)).toEqual({ text: 'a', left: 3 });
  expect(cut('ab', 2)).toEqual({ text: 'ab', left: 0 });
});
