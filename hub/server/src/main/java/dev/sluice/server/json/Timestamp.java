package dev.sluice.server.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Formats times as RFC 3339 in UTC, always with milliseconds, so that the text order is the order in time.
public final class Timestamp {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Timestamp() {}

    /// @param timeMs milliseconds since 1970
    public static String of(long timeMs) {
        return FORMAT.format(Instant.ofEpochMilli(timeMs));
    }
}
