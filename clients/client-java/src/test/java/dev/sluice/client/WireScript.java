package dev.sluice.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** Builds complete answers of a hub as bytes, so that a test can cut them anywhere. */
final class WireScript {
    private WireScript() {}

    /** Uses chunks of various sizes, so that their boundaries fall anywhere within an event. */
    static byte[] stream(String contentType, String cursor, byte[] body) {
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nSluice-Cursor: " + cursor
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(ISO_8859_1));
        for (int position = 0, size = 1; position < body.length; position += size, size = size % 97 + 13) {
            int bytes = Math.min(size, body.length - position);
            answer.writeBytes((Integer.toHexString(bytes) + "\r\n").getBytes(ISO_8859_1));
            answer.write(body, position, bytes);
            answer.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        answer.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        return answer.toByteArray();
    }

    static byte[] json(String body) {
        int length = body.getBytes(UTF_8).length;
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }

    static byte[] noContent() {
        return "HTTP/1.1 204 No Content\r\n\r\n".getBytes(ISO_8859_1);
    }

    /** The answer to a handshake (RFC 6455 §4.2.2), followed by frames. */
    static byte[] webSocket(ScriptedHub.Request request, List<byte[]> frames) {
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(handshake(request.header("Sec-WebSocket-Key")).getBytes(ISO_8859_1));
        frames.forEach(answer::writeBytes);
        return answer.toByteArray();
    }

    static String handshake(String key) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n";
    }

    private static String accept(String key) {
        try {
            var bytes = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A text message in two fragments, split anywhere, even within a character (RFC 6455 §5.4). */
    static byte[] text(String text) {
        var bytes = text.getBytes(UTF_8);
        int half = bytes.length / 2;
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(frame(0x01, bytes, 0, half));
        frames.writeBytes(frame(0x80, bytes, half, bytes.length));
        return frames.toByteArray();
    }

    static byte[] binary(byte[] bytes) {
        return frame(0x82, bytes, 0, bytes.length);
    }

    static byte[] ping() {
        return frame(0x89, new byte[0], 0, 0);
    }

    static byte[] pong() {
        return frame(0x8A, new byte[0], 0, 0);
    }

    static byte[] closing(int code, String reason) {
        var payload = new ByteArrayOutputStream();
        payload.write(code >> 8);
        payload.write(code);
        payload.writeBytes(reason.getBytes(UTF_8));
        return frame(0x88, payload.toByteArray(), 0, payload.size());
    }

    private static byte[] frame(int head, byte[] bytes, int from, int to) {
        int length = to - from;
        var frame = new ByteArrayOutputStream();
        frame.write(head);
        if (length < 126) {
            frame.write(length);
        } else {
            frame.write(126);
            frame.write(length >> 8);
            frame.write(length);
        }
        frame.write(bytes, from, length);
        return frame.toByteArray();
    }
}
