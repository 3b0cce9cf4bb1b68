package dev.sluice.server.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `Date` of answers (RFC 9110 §6.6.1), written once a second.
final class DateHeader {
    private record Written(long second, String text) {}

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Written last = new Written(-1, "");

    DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    String now() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        Written written = last;
        if (written.second != second) {
            written = new Written(second, FORM.format(Instant.ofEpochSecond(second)));
            last = written;
        }
        return written.text;
    }
}
