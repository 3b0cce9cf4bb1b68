package dev.sluice.sense.notify;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A message to people that an incident was opened or closed.
///
/// @param ending   why the incident was closed; null if it was opened
/// @param source   the installation of Sense that sends it, because ids of incidents are unique only within
///                 one
/// @param incident 0 for a test
/// @param title    the title of the check
/// @param since    when the first failure occurred
/// @param at       when the event occurred
/// @param late     how long the alert could not be sent; zero if it was sent at once
/// @param link     a link to the page of the incident; null if no address is known
/// @param others   further alerts in the same message; may be empty
public record Alert(
        Kind kind,
        @Nullable Ending ending,
        String source,
        long incident,
        String check,
        String title,
        Failure failure,
        Instant since,
        Instant at,
        Duration late,
        @Nullable String link,
        List<Alert> others) {
    /// An alert that is sent this long after its event is late, and says so.
    public static final Duration LATE_FROM = Duration.ofSeconds(60);

    public Alert {
        others = List.copyOf(others);
    }

    public Alert(
            Kind kind,
            @Nullable Ending ending,
            String source,
            long incident,
            String check,
            String title,
            Failure failure,
            Instant since,
            Instant at,
            Duration late,
            @Nullable String link) {
        this(kind, ending, source, incident, check, title, failure, since, at, late, link, List.of());
    }

    /// Returns one message about several incidents.
    ///
    /// @param all not empty
    static Alert together(List<Alert> all) {
        Alert first = all.getFirst();
        return new Alert(
                first.kind,
                first.ending,
                first.source,
                first.incident,
                first.check,
                first.title,
                first.failure,
                first.since,
                first.at,
                first.late,
                first.link,
                all.subList(1, all.size()));
    }

    /// The kind of event that is reported.
    public enum Kind {
        OPENED,
        CLOSED,
        TEST
    }

    /// Returns the identity of the message, which is the same for each attempt to send it.
    public String id() {
        String one = source + "-" + incident + "-" + word();
        return others.isEmpty()
                ? one
                : one + "-and-"
                        + Integer.toHexString(
                                others.stream().map(Alert::id).toList().hashCode());
    }

    /// Returns the event as a word for programs.
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /// Returns the time from the first failure to the end.
    public Duration downtime() {
        return Duration.between(since, at);
    }

    public boolean isLate() {
        return late.compareTo(LATE_FROM) >= 0;
    }
}
