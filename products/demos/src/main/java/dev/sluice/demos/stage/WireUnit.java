package dev.sluice.demos.stage;

import dev.sluice.wire.HttpChunk;
import dev.sluice.wire.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// A part of a connection's bytes as the page shows it: the head of a request or a response, a chunk, or a
/// frame.
///
/// @param connection the connection: `client`, `hand`, …
/// @param isSent     true if the page sent it, false if it received it
/// @param kind       `http`, `chunk` or `frame`
/// @param bytes      the size on the wire
/// @param head       for a frame, its first bytes in hexadecimal without the payload; for a chunk, its size
/// @param about      for a frame or a chunk, the meaning of these bytes
/// @param text       the text, or the payload; long texts are cut, and binary data is in hexadecimal
record WireUnit(String connection, boolean isSent, String kind, int bytes, String head, String about, String text) {
    private static final int TEXT_CHARS_MAX = 600;
    private static final int BINARY_BYTES_MAX = 48;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    static WireUnit http(String connection, boolean isSent, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return new WireUnit(connection, isSent, "http", bytes.length, "", "", cut(text));
    }

    static WireUnit chunk(String connection, HttpChunk chunk) {
        String about = "chunk · " + chunk.data().length + " B";
        return new WireUnit(connection, false, "chunk", chunk.bytes(), chunk.size(), about, cut(chunk.text()));
    }

    /// Returns a copy that belongs to another connection.
    WireUnit of(String other) {
        return new WireUnit(other, isSent, kind, bytes, head, about, text);
    }

    static WireUnit frame(String connection, boolean isSent, WebSocketFrame frame) {
        byte[] head = frame.head();
        String about = (frame.isFinal() ? "FIN · " : "") + frame.name() + " 0x" + Integer.toHexString(frame.opcode())
                + " · " + frame.payload().length + " B"
                + (frame.mask() == null ? "" : " · mask " + HEX.formatHex(frame.mask()));
        return new WireUnit(
                connection,
                isSent,
                "frame",
                head.length + frame.payload().length,
                HEX.formatHex(head),
                about,
                payload(frame));
    }

    private static String payload(WebSocketFrame frame) {
        byte[] payload = frame.payload();
        if (frame.opcode() == WebSocketFrame.CLOSE && payload.length >= 2) {
            int code = Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
            return code + " " + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
        if (frame.opcode() == WebSocketFrame.BINARY) return hex(payload);
        try {
            return cut(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString());
        } catch (CharacterCodingException part) {
            return hex(payload); // A fragment may end in the middle of a character.
        }
    }

    private static String hex(byte[] bytes) {
        String hex = HEX.formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, BINARY_BYTES_MAX)));
        return bytes.length > BINARY_BYTES_MAX ? hex + " …" : hex;
    }

    private static String cut(String text) {
        return text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX) + " …" : text;
    }
}
