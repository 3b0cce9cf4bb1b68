package dev.sluice.server.http.exchange;

import dev.sluice.server.http.head.HeaderNames;
import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The `Date` header of answers (RFC 9110 §6.6.1), formatted at most once a second.
public final class DateHeader {
    private record Formatted(long second, String text, AsciiString line) {}

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Formatted last = new Formatted(-1, "", AsciiString.EMPTY_STRING);

    public DateHeader(InstantSource clock) {
        this.clock = clock;
    }

    String now() {
        return formatted().text;
    }

    /// The header as it is sent over HTTP/1.1.
    AsciiString line() {
        return formatted().line;
    }

    private Formatted formatted() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        Formatted formatted = last;
        if (formatted.second != second) {
            String text = FORMAT.format(Instant.ofEpochSecond(second));
            AsciiString line = new AsciiString(HeaderNames.DATE + ": " + text + "\r\n");
            formatted = new Formatted(second, text, line);
            last = formatted;
        }
        return formatted;
    }
}
