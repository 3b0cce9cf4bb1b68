package dev.sluice.server.json;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A time as everything here writes it: RFC 3339 in UTC, with milliseconds always, so that texts compare as times do.
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
