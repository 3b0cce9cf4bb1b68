package dev.sluice.server.transport;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.Parameters;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a subscription begins: what the URL says for a first connection, what the header says for one that goes on.
final class Beginnings {
    /// @param before for a poll that pages back
    record Beginning(From from, @Nullable Cursor before) {}

    private static final Pattern AGO = Pattern.compile("([0-9]{1,9})([smhd])");

    private final Request request;
    private final Parameters query;
    private final Transport transport;
    private final SubscribeSettings settings;
    private final InstantSource clock;

    Beginnings(Request request, Transport transport, SubscribeSettings settings, InstantSource clock) {
        this.request = request;
        this.query = request.parameters();
        this.transport = transport;
        this.settings = settings;
        this.clock = clock;
    }

    Beginning find(int limit) {
        checkAtMostOne();
        From asked = asked(limit); // Checked also where the header wins: a wrong URL is wrong from the start.
        if (query.has("before")) {
            Cursor before = before();
            // One more than the page holds: it shows whether there is a page in front of it.
            return new Beginning(new From.At(new Start.Before(before, limit + 1)), before);
        }
        return new Beginning(resumed().orElse(asked), null);
    }

    private void checkAtMostOne() {
        var given = new ArrayList<>(List.of("after", "since", "last", "snapshot", "before"));
        given.removeIf(name -> !query.has(name) || (name.equals("snapshot") && !query.flag(name)));
        if (given.size() > 1) {
            throw Problems.BAD_PARAMETER.refused(
                    given.get(1),
                    "The parameters '" + String.join("' and '", given)
                            + "' each say where to begin: leave all but one out.");
        }
    }

    private From asked(int limit) {
        if (query.has("after")) return after(query.text("after").orElseThrow());
        if (query.has("since"))
            return new From.At(new Start.Since(since(query.text("since").orElseThrow())));
        if (query.has("last")) {
            return new From.At(
                    new Start.Last(query.integer("last", 0, settings.lastMax()).orElseThrow()));
        }
        if (query.flag("snapshot")) return new From.Snapshot();
        return new From.At(transport == Transport.POLL ? new Start.Last(limit) : new Start.Latest());
    }

    private From after(String text) {
        return switch (text) {
            case "earliest" -> new From.At(new Start.Earliest());
            case "latest" -> new From.At(new Start.Latest());
            default -> {
                // A mistake in a URL can be corrected where it was made; Last-Event-ID is nobody's to correct.
                if (Cursor.parse(text).isEmpty()) {
                    throw query.wrong("after", "'earliest', 'latest', or an id or cursor as the hub gave it");
                }
                yield new From.Resume(text);
            }
        };
    }

    /// EventSource repeats the URL of its first connection and says in this header how far it has come: it wins. An
    /// id that is none of ours may be of another server that was at this address before. The page can't correct it,
    /// and a refusal would end the EventSource for ever, so the log tells of a gap.
    private Optional<From> resumed() {
        return request.header("Last-Event-ID").filter(text -> !text.isEmpty()).map(From.Resume::new);
    }

    private Cursor before() {
        String text = query.text("before").orElseThrow();
        return Cursor.parse(text).orElseThrow(() -> query.wrong("before", "an id or cursor as this hub gave it"));
    }

    private long since(String text) {
        var ago = AGO.matcher(text);
        if (ago.matches()) {
            long seconds = switch (ago.group(2)) {
                case "s" -> 1;
                case "m" -> 60;
                case "h" -> 3_600;
                default -> 86_400;
            };
            return Math.max(0, clock.millis() - Long.parseLong(ago.group(1)) * seconds * 1000);
        }
        // A '+' that nobody encoded has come as a blank.
        String instant =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        try {
            var parsed = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(instant.replace(' ', '+'));
            return Math.max(
                    0,
                    Instant.ofEpochSecond(
                                    parsed.getLong(ChronoField.INSTANT_SECONDS), parsed.get(ChronoField.NANO_OF_SECOND))
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException invalid) {
            throw query.wrong(
                    "since", "a time ago as '10m' (with s, m, h or d), or an instant as '2026-11-20T08:00:00Z'");
        }
    }
}
