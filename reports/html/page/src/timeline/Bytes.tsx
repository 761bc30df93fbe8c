import { useState } from 'preact/hooks';
import { cut, hex, visible } from '../text';
import type { Piece } from './items';

const shown = 600; // bytes of a piece, until somebody asks for all

/** Rows of sixteen, each with its offset and its text. */
function dump(bytes: string): string[] {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    const numbers = Array.from(row, (c) => hex(c.charCodeAt(0) & 0xff)).join(' ');
    const letters = row.replace(/[^ -~]/g, '.');
    rows.push(`${at.toString(16).padStart(6, '0')}  ${numbers.padEnd(47)}  ${letters}`);
  }
  return rows;
}

function PieceOf(props: { piece: Piece; asHex: boolean }) {
  const [all, setAll] = useState(false);
  const { kind } = props.piece;
  const { text, left } = all ? { text: props.piece.bytes, left: 0 } : cut(props.piece.bytes, shown);
  const label = kind !== 'framing' && kind !== 'sent';
  return (
    <>
      {label && <span class={`kind ${kind}`}>{kind}</span>}
      <span class={`bytes ${kind}`} title={`${kind}, ${props.piece.bytes.length} bytes`}>{props.asHex ? dump(text).map((row) => <div key={row}>{row}</div>) : visible(text)}</span>
      {left > 0 && <button class="more" onClick={() => setAll(true)}>{'\u2026'} show all, {left} more bytes</button>}{' '}
    </>
  );
}

export function Bytes(props: { pieces: Piece[]; asHex: boolean }) {
  return (
    <code class={props.asHex ? 'hex' : ''} dir="ltr">
      {props.pieces.map((piece, i) => <PieceOf key={i} piece={piece} asHex={props.asHex} />)}
    </code>
  );
}
