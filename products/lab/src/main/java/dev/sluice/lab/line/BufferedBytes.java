package dev.sluice.lab.line;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The bytes of a streamed answer that a buffering proxy has not passed on yet. A proxy knows the end of an answer with
/// a length, and passes it on then; an upgraded connection is no answer, and passes. Used by one thread.
final class BufferedBytes {
    /// The size of nginx's buffer for an answer (`proxy_buffer_size`, with `proxy_buffering on`).
    private static final int BYTES_MAX = 4 << 10;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean isStream;

    /// Returns whether these bytes wait, which are the next of the connection.
    ///
    /// @param isBuffering whether the proxy holds anything back now
    boolean holds(byte[] bytes, int length, boolean isBuffering) {
        if (startsAnswer(bytes, length)) {
            String head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            isStream = head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked");
        }
        if (!isBuffering || !isStream || held.size() + length >= BYTES_MAX) return false;
        held.write(bytes, 0, length);
        return true;
    }

    private static boolean startsAnswer(byte[] bytes, int length) {
        return length > 8 && new String(bytes, 0, 7, StandardCharsets.ISO_8859_1).equals("HTTP/1.");
    }

    boolean isEmpty() {
        return held.size() == 0;
    }

    byte[] take() {
        byte[] all = held.toByteArray();
        held.reset();
        return all;
    }
}
