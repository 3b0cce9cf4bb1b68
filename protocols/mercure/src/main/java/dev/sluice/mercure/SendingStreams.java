package dev.sluice.mercure;

import dev.sluice.SseStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Limits the updates that wait for clients to read them, of all streams together: beyond it, those streams
/// are closed that have been sending theirs for the longest. Their clients resume after the last update they
/// got.
final class SendingStreams {
    /// Of memory, beside the data.
    private static final int UPDATE_BYTES = 256;

    private final LongSupplier bytesMax;

    /// The bytes of each stream that is sending, in the order in which they began.
    private final Map<SseStream, Long> sending = new LinkedHashMap<>();

    private long bytes;

    SendingStreams(LongSupplier bytesMax) {
        this.bytesMax = bytesMax;
    }

    synchronized void begin(SseStream stream, List<String> updates) {
        long more = 0;
        for (String each : updates) more += UPDATE_BYTES + Character.BYTES * (long) each.length();
        sending.put(stream, more);
        bytes += more;
        while (bytes > bytesMax.getAsLong() && sending.size() > 1) {
            SseStream slowest = sending.keySet().iterator().next();
            slowest.close();
            end(slowest);
        }
    }

    synchronized void end(SseStream stream) {
        Long held = sending.remove(stream);
        if (held != null) bytes -= held;
    }
}
