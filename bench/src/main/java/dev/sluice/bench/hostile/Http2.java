package dev.sluice.bench.hostile;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;

/// Frames of HTTP/2 (RFC 9113 §6) that a client should not send, or not so many of them.
final class Http2 {
    private Http2() {}

    static byte[] settings(int windowBytes) {
        return Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, windowBytes).bytes();
    }

    /// Starts a stream of events.
    static byte[] subscribe(int stream, String path) {
        return head(Http2Frame.END_HEADERS | Http2Frame.END_STREAM, stream, path);
    }

    static byte[] reset(int stream) {
        return Http2Frame.reset(stream, Http2Frame.CANCEL).bytes();
    }

    static byte[] ping() {
        return new Http2Frame(Http2Frame.PING, 0, 0, new byte[8]).bytes();
    }

    /// The beginning of a head that does not end.
    static byte[] openHead(int stream) {
        return head(Http2Frame.END_STREAM, stream, "/");
    }

    static byte[] continuation(int stream) {
        return new Http2Frame(Http2Frame.CONTINUATION, 0, stream, HpackEncoder.literals("x", "y")).bytes();
    }

    private static byte[] head(int flags, int stream, String path) {
        return new Http2Frame(Http2Frame.HEADERS, flags, stream, HpackEncoder.getAsLiterals("localhost", path)).bytes();
    }
}
