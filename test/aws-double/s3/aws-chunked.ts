import { crc32 } from 'node:zlib';
import { Refusal } from '../wire/refusal.ts';

/** The trailers of a body and what it carries. */
export interface Dechunked {
  readonly bytes: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/** Takes the framing of `content-encoding: aws-chunked` off: hex size, extensions, CRLF, data, CRLF; then trailers. */
export function dechunk(framed: Buffer): Dechunked {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = framed.indexOf('\r\n', at);
    if (lineEnd < 0) throw incomplete();
    const size = Number.parseInt(framed.toString('latin1', at, lineEnd).split(';')[0]!, 16);
    if (!Number.isFinite(size)) throw incomplete();
    at = lineEnd + 2;
    if (size === 0) break;
    if (at + size + 2 > framed.length) throw incomplete();
    parts.push(framed.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = Object.fromEntries(
    framed
      .toString('latin1', at)
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  );
  return { bytes: Buffer.concat(parts), trailers };
}

/** Holds a body to the length and checksums that came with it, as headers or trailers. */
export function verifyBody(bytes: Buffer, stated: Readonly<Record<string, string | undefined>>): void {
  const length = stated['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== bytes.length) throw incomplete();
  const checksum = stated['x-amz-checksum-crc32'];
  if (checksum !== undefined && checksum !== crc32Of(bytes))
    throw new Refusal(400, 'BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
}

/** A CRC-32 as the headers carry it. */
export function crc32Of(bytes: Buffer): string {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(crc32(bytes) >>> 0);
  return four.toString('base64');
}

function incomplete(): Refusal {
  return new Refusal(
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}
