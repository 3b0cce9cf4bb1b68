package dev.sluice.server.transport;

import dev.sluice.core.encoded.Bytes;
import java.nio.charset.StandardCharsets;

/// How the pieces of an endless HTTP body are told apart: each event is a chunk of its own (RFC 9112 §7.1), so that its
/// bytes are the same for every reader wherever its stream was torn. HTTP/1.0 has no chunks: the body ends with the
/// line.
public enum Framing {
    CHUNKED {
        @Override
        public void close(Bytes out, int start) {
            int length = out.size() - start;
            if (length == 0) return; // A chunk of no bytes would end the body.
            byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            out.insert(start, head, head.length);
            out.write('\r');
            out.write('\n');
        }

        @Override
        public byte[] end() {
            return "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        }
    },
    PLAIN {
        @Override
        public void close(Bytes out, int start) {}

        @Override
        public byte[] end() {
            return new byte[0];
        }
    };

    /// Makes what was written since `start` one piece.
    public abstract void close(Bytes out, int start);

    /// What says that the body is whole.
    public abstract byte[] end();

    /// One piece of this text; nothing of nothing.
    public byte[] piece(String text) {
        Bytes out = new Bytes();
        out.text(text);
        close(out, 0);
        return out.toByteArray();
    }

    /// One piece of this text, then the end of the body.
    public byte[] lastPiece(String text) {
        Bytes out = new Bytes();
        out.text(text);
        close(out, 0);
        out.write(end());
        return out.toByteArray();
    }
}
