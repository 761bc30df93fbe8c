import { useState } from 'preact/hooks';

/** A command to be run elsewhere. Where the browser lends no clipboard, the text is selected instead. */
export function Command(props: { text: string }) {
  const [said, say] = useState('');
  const copy = async (event: MouseEvent) => {
    const code = (event.currentTarget as HTMLElement).previousElementSibling!;
    try {
      await navigator.clipboard.writeText(props.text);
      say('copied');
    } catch {
      getSelection()?.selectAllChildren(code);
      say('selected');
    }
  };
  return (
    <p class="command">
      <code>{props.text}</code>
      <button onClick={copy}>copy</button>
      <span role="status" class="quiet">{said}</span>
    </p>
  );
}
