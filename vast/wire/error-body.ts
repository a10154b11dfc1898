/**
 * The S3 error document without namespace that VAST answers with when the status is not 200. Strings are escaped both ways: an
 * unescaped `<` in a message makes clients lose the code.
 */
export interface ErrorBody {
  /** S3 or tabular error code, for example `SlowDown` or `TabularTransactionNotFound`. */
  readonly code: string;
  readonly message: string;
  readonly resource: string;
  readonly requestId: string;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function encodeErrorBody(error: ErrorBody): string {
  const { code, message, resource, requestId } = error;
  return (
    '<?xml version="1.0" encoding="UTF-8"?><Error>' +
    `<Code>${escape(code)}</Code><Message>${escape(message)}</Message>` +
    `<Resource>${escape(resource)}</Resource><RequestId>${escape(requestId)}</RequestId></Error>`
  );
}

/** Reads an error document; elements that are missing, and bodies that are none, give empty strings. */
export function decodeErrorBody(body: string): ErrorBody {
  return {
    code: element(body, 'Code'),
    message: element(body, 'Message'),
    resource: element(body, 'Resource'),
    requestId: element(body, 'RequestId'),
  };
}

function element(body: string, name: string): string {
  const start = body.indexOf(`<${name}>`);
  const end = body.indexOf(`</${name}>`, start);
  return start < 0 || end < 0 ? '' : unescape(body.slice(start + name.length + 2, end));
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

function unescape(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return CHARACTERS[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
