import { useState } from 'preact/hooks';
import { cut, fromBytes, visible } from '../text';

/** What a device or a person said, on one line or several; long ones are cut until somebody asks for all. */
export function Text(props: { of: string; most?: number; bytes?: boolean }) {
  const [all, setAll] = useState(false);
  const whole = props.bytes ? fromBytes(props.of) : props.of;
  const { text, left } = all ? { text: whole, left: 0 } : cut(whole, props.most ?? 400);
  return (
    <bdi>
      {visible(text)}
      {left > 0 && (
        <button class="more" onClick={() => setAll(true)}>
          {'\u2026'} show all, {left} more characters
        </button>
      )}
    </bdi>
  );
}

export function Code(props: { of: string; most?: number }) {
  return props.of === '' ? <span class="quiet">nothing</span> : <code><Text of={props.of} most={props.most ?? 400} /></code>;
}
