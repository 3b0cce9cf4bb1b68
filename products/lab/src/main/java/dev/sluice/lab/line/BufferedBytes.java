package dev.sluice.lab.line;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The bytes of a streamed response that a buffering proxy has not yet forwarded. A response with a length is
/// forwarded at once, because a proxy knows its end; so are the bytes of an upgraded connection, which is not
/// a response. Used by one thread.
final class BufferedBytes {
    /// The size of nginx's response buffer (`proxy_buffer_size`, with `proxy_buffering on`).
    private static final int BYTES_MAX = 4 << 10;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean isStream;

    /// Returns true if the next bytes of the connection are held back.
    ///
    /// @param isBuffering whether the proxy buffers now
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
