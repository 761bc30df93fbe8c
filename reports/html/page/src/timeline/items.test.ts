import { describe, expect, it } from 'vitest';
import { attributed, itemsOf, rangesOf } from './items';

const exchange = (items: [number, number, string][]) => ({
  t: 9, e: 'exchange', exchange: 1, items: items.map(([begin, end, kind]) => ({ begin, end, kind, first: 0, last: 0 })),
});

describe('attributed', () => {
  const ranges = rangesOf([exchange([[0, 4, 'echo'], [4, 6, 'framing'], [10, 14, 'final']])]);
  it('cuts where what the bytes were taken for changes', () => {
    expect(attributed(0, 'AT\r\n\r\n', ranges)).toEqual([{ kind: 'echo', bytes: 'AT\r\n' }, { kind: 'framing', bytes: '\r\n' }]);
  });
  it('names what was taken for nothing', () => {
    expect(attributed(5, '\nxxxxOK\r\nyy', ranges)).toEqual([
      { kind: 'framing', bytes: '\n' },
      { kind: 'unexplained', bytes: 'xxxx' },
      { kind: 'final', bytes: 'OK\r\n' },
      { kind: 'unexplained', bytes: 'yy' },
    ]);
  });
  it('loses no byte, whatever the ranges say', () => {
    const odd = rangesOf([exchange([[0, 5, 'a'], [2, 3, 'b'], [4, 9, 'c'], [7, 7, 'd']])]);
    for (let begin = 0; begin < 10; begin += 1) {
      const text = 'abcdefgh'.slice(0, 8 - (begin % 3));
      expect(attributed(begin, text, odd).map((piece) => piece.bytes).join('')).toBe(text);
    }
  });
});

describe('itemsOf', () => {
  it('is in the order of time, without the tape', () => {
    const items = itemsOf([{ t: 5, e: 'rx', begin: 0, bytes: 'OK' }, { t: 3, e: 'tx', bytes: 'AT' }, { t: 4, e: 'tape' }]);
    expect(items.map((item) => item.what)).toEqual(['sent', 'received']);
  });
  it('puts each event where it happened', () => {
    const lane = (event: string) => itemsOf([{ t: 1, e: event }])[0]?.lane;
    expect(['tx', 'rx', 'server', 'relay', 'dns', 'ble', 'airkiss', 'ap', 'check', 'recover', 'unheard-of'].map(lane))
      .toEqual(['out', 'in', 'server', 'server', 'dns', 'radio', 'radio', 'radio', 'bench', 'bench', 'bench']);
  });
  it('survives lines of another kind', () => {
    const odd = [null, 7, {}, { t: 'x', e: 'rx' }, { t: 1, e: 'rx', bytes: 5 }, { t: 2, e: 'exchange', items: [null, 3, {}] }];
    expect(() => itemsOf(odd as never)).not.toThrow();
  });
});
