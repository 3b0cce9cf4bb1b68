/** As much of WebSocket as a hub of the tests needs. */
import { createHash } from 'node:crypto';

export function handshake(request) {
  const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Protocol: sluice.v1.json\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** A text frame (RFC 6455 §5.2). */
export function frame(text) {
  const data = Buffer.from(text);
  const head = data.length < 126 ? Buffer.from([0x81, data.length])
    : data.length < 0x10000 ? Buffer.from([0x81, 126, data.length >> 8, data.length & 0xff])
    : Buffer.concat([Buffer.from([0x81, 127]), uint64(data.length)]);
  return Buffer.concat([head, data]);
}

function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** @return null while the frame is not whole; browsers and Node send theirs in one piece, masked */
export function unframe(bytes) {
  if (bytes.length < 6) return null;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) [length, at] = [bytes.readUInt16BE(2), 4];
  else if (length === 127) {
    if (bytes.length < 14) return null;
    [length, at] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  if (bytes.length < at + 4 + length) return null;
  const mask = bytes.subarray(at, at + 4);
  const data = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4]);
  return { opcode: bytes[0] & 0x0f, text: data.toString(), rest: bytes.subarray(at + 4 + length) };
}
