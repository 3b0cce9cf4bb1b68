package dev.sluice.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/// Reads the events that the hub writes for a doctor. Each has the time at which it was written, in
/// milliseconds.
final class StampedEvents {
    private static final Pattern DATA = Pattern.compile("\\{\"n\":\\d{1,6},\"time\":(\\d{1,15})}");

    /// More than a hub sends in a run.
    private static final int BYTES_MAX = 64 << 10;

    private StampedEvents() {}

    static boolean isIn(CharSequence message) {
        return DATA.matcher(message).find();
    }

    /// Reads a stream to its end, or until it has more bytes than a hub sends.
    ///
    /// @param each receives the time of each event when it arrives
    static void read(InputStream stream, LongConsumer each) throws IOException {
        var text = new StringBuilder();
        byte[] part = new byte[4 << 10];
        int bytes = 0;
        for (int n = stream.read(part); n >= 0 && bytes < BYTES_MAX; n = stream.read(part)) {
            bytes += n;
            text.append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
            var event = DATA.matcher(text);
            int end = 0;
            while (event.find()) {
                each.accept(Long.parseLong(event.group(1)));
                end = event.end();
            }
            text.delete(0, end);
        }
    }
}
