package dev.sluice.server.subscribe;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.head.Parameters;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.regex.Pattern;

/// Parses the parameters for the start of a subscription.
public final class StartParser {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,9})([smhd])");

    private StartParser() {}

    /// `earliest`, `latest`, or a cursor.
    static From after(Parameters query, String name) {
        String text = query.text(name).orElseThrow();
        return switch (text) {
            case "earliest" -> new From.At(new Start.Earliest());
            case "latest" -> new From.At(new Start.Latest());
            default -> {
                // Refused, because the author of the URL can correct it. An invalid Last-Event-ID is not
                // refused, because no author can correct that.
                if (Cursor.parse(text).isEmpty()) {
                    throw query.wrong(name, "'earliest', 'latest', or an id or cursor as the hub gave it");
                }
                yield new From.Resume(text);
            }
        };
    }

    /// A cursor.
    static Cursor before(Parameters query, String name) {
        String text = query.text(name).orElseThrow();
        return Cursor.parse(text).orElseThrow(() -> query.wrong(name, "an id or cursor as this hub gave it"));
    }

    /// A duration back from now, or an instant.
    static From since(Parameters query, String name, InstantSource clock) {
        return new From.At(new Start.Since(time(query, name, clock)));
    }

    /// A duration back from now, or an instant, in milliseconds since 1970.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException if the text is neither
    public static long time(Parameters query, String name, InstantSource clock) {
        String text = query.text(name).orElseThrow();
        var ago = AGO.matcher(text);
        long timeMs = ago.matches()
                ? clock.millis() - Long.parseLong(ago.group(1)) * seconds(ago.group(2)) * 1000
                : instant(query, name, text);
        return Math.max(0, timeMs);
    }

    private static long seconds(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 86_400;
        };
    }

    private static long instant(Parameters query, String name, String text) {
        // An unencoded '+' is decoded as a space.
        String instant =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        try {
            var parsed = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(instant.replace(' ', '+'));
            return Instant.ofEpochSecond(
                            parsed.getLong(ChronoField.INSTANT_SECONDS), parsed.get(ChronoField.NANO_OF_SECOND))
                    .toEpochMilli();
        } catch (DateTimeException | ArithmeticException invalid) {
            throw query.wrong(name, "a time ago as '10m' (with s, m, h or d), or an instant as '2026-11-20T08:00:00Z'");
        }
    }
}
