// What a device said, made fit to be looked at: every control character, mark that turns the direction of writing, and
// character that cannot be seen is shown by its number. The result is for text nodes only.

const named: Record<string, string> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\0': '\\0', '\x1b': '\\x1b' };
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return named[character] ?? (code < 0x100 ? '\\x' + hex(code) : '\\u' + code.toString(16).padStart(4, '0'));
}

export function visible(text: string): string {
  return text.replace(unseen, escaped);
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** A text of bytes (U+0000..U+00FF) as the UTF-8 that it is, or as it stands where it is none. */
export function fromBytes(text: string): string {
  if (!/[\x80-\xff]/.test(text) || /[^\x00-\xff]/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** At most so many characters, and how many were left out. */
export function cut(text: string, most: number): { text: string; left: number } {
  if (text.length <= most) return { text, left: 0 };
  const end = /[\ud800-\udbff]/.test(text[most - 1] ?? '') ? most - 1 : most;
  return { text: text.slice(0, end), left: text.length - end };
}
