import { useEffect, useRef } from 'preact/hooks';

const keys: [string, string][] = [
  ['/', 'search the cases'],
  ['j, k', 'the next case, the one before'],
  ['Enter', 'open or close the case'],
  ['Escape', 'close the case, leave the search'],
  ['?', 'these keys'],
];

export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement | null;
  return !!at && (at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName));
}

export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === '?' && !isTyping(event)) dialog.current?.showModal();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return (
    <>
      <button class="plain" onClick={() => dialog.current?.showModal()} aria-label="Keys">?</button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="facts">
          {keys.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}
        </dl>
        <p>A timeline, when it has the focus: + and - zoom, the arrows move, 0 shows all.</p>
        <form method="dialog"><button>close</button></form>
      </dialog>
    </>
  );
}
