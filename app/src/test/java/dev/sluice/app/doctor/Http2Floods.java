package dev.sluice.app.doctor;

import dev.sluice.wire.Http2Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Servers that speak HTTP/2 and mean harm: each sends something once, and then the same frames for ever (RFC
/// 9113 §10.5). The result of the run.
enum Http2Floods {
    /// Each is acknowledged, and the acknowledgements are not read.
    SETTINGS(Http2Floods.UNENDING, empty(), times(1_000, frame(4, 0, 0))),
    PINGS(Http2Floods.UNENDING, empty(), times(1_000, frame(6, 0, 0, new byte[8]))),
    UNKNOWN_FRAMES(Http2Floods.UNENDING, empty(), times(1_000, frame(0xee, 0, 0, new byte[8]))),
    EMPTY_CONTINUATIONS(Http2Floods.UNENDING, frame(1, 0, 1, ok()), times(1_000, frame(9, 0, 1))),
    EMPTY_DATA(Http2Floods.UNENDING, frame(1, 4, 1, ok()), times(1_000, frame(0, 0, 1))),
    HEADERS_WITHOUT_AN_END("MAX_HEADERS_LIST_SIZE", frame(1, 0, 1, ok()), frame(9, 0, 1, times(100, literal()))),
    INTERIM_ANSWERS("too many interim responses", empty(), times(1_000, frame(1, 4, 1, new byte[] {8, 3, '1', '0', '3'
    }))),
    RESETS("Received RST_STREAM", empty(), times(1_000, frame(3, 0, 1, new byte[] {0, 0, 0, 11}))),
    /// Lets the client send nothing, and answers nothing (RFC 9113 §6.5.2).
    WINDOWS_OF_NOTHING("no answer in time", frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}), empty());

    private static final String UNENDING = "the server sends without an end: more than 8 MiB";

    final String end;
    final byte[] first;
    final byte[] flood;

    Http2Floods(String end, byte[] first, byte[] flood) {
        this.end = end;
        this.first = first;
        this.flood = flood;
    }

    /// `:status 200` (RFC 7541, appendix A).
    private static byte[] ok() {
        return new byte[] {(byte) 0x88};
    }

    private static byte[] empty() {
        return new byte[0];
    }

    /// A header that is not indexed, `x` with a value of 126 bytes (RFC 7541 §6.2.2).
    private static byte[] literal() {
        byte[] bytes = new byte[130];
        Arrays.fill(bytes, (byte) 'y');
        bytes[0] = 0;
        bytes[1] = 1;
        bytes[2] = 'x';
        bytes[3] = 126;
        return bytes;
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return new Http2Frame(type, flags, stream, payload).bytes();
    }

    private static byte[] times(int count, byte[] each) {
        var all = new ByteArrayOutputStream(count * each.length);
        for (int i = 0; i < count; i++) all.writeBytes(each);
        return all.toByteArray();
    }
}
