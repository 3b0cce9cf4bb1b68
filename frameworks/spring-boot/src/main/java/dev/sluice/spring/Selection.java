package dev.sluice.spring;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.convert.DurationStyle;

/// The channels of a subscription, and where it starts. Immutable; each method returns a changed copy.
///
/// @param channels names and patterns: `*` matches one segment, a final `**` one or more
/// @param start    the first event
/// @param types    only events of these types; empty for all
public record Selection(List<String> channels, Start start, List<String> types) {
    /// The place at which a subscription starts.
    public sealed interface Start {
        /// With events published from now on.
        record Latest() implements Start {}

        /// With the oldest retained event.
        record Earliest() implements Start {}

        /// With the newest event of each key, then with new events.
        record Snapshot() implements Start {}

        /// With the newest events of the whole selection.
        record Last(int count) implements Start {}

        /// With the first event that is not older than this.
        record Since(Duration age) implements Start {}

        /// After this cursor of any subscriber.
        record After(String cursor) implements Start {}

        /// Reads a start from a text: `latest`, `earliest`, `snapshot`, `last 10` or `since 1h`.
        ///
        /// @throws IllegalArgumentException if it is none of these
        static Start of(String text) {
            String[] words = text.strip().split("\\s+", -1);
            try {
                return switch (words.length == 1 ? words[0] : words.length == 2 ? words[0] + " …" : "") {
                    case "latest" -> new Latest();
                    case "earliest" -> new Earliest();
                    case "snapshot" -> new Snapshot();
                    case "last …" -> new Last(Integer.parseInt(words[1]));
                    case "since …" -> new Since(DurationStyle.detectAndParse(words[1]));
                    default -> throw new IllegalArgumentException("not a start");
                };
            } catch (IllegalArgumentException reason) {
                throw new IllegalArgumentException(
                        "'" + text
                                + "' is no start of a subscription: write latest, earliest, snapshot, last 10 or since 1h",
                        reason);
            }
        }
    }

    public Selection {
        channels = List.copyOf(channels);
        types = List.copyOf(types);
        if (channels.isEmpty()) throw new IllegalArgumentException("A selection needs a channel or a pattern.");
    }

    /// Selects channels; the subscription starts with events published from now on.
    public static Selection of(String... channels) {
        return new Selection(List.of(channels), new Start.Latest(), List.of());
    }

    /// Starts with the oldest retained event.
    public Selection earliest() {
        return startingAt(new Start.Earliest());
    }

    /// Starts with the newest event of each key, then continues with new events.
    public Selection snapshot() {
        return startingAt(new Start.Snapshot());
    }

    /// Starts with the newest `count` events of all selected channels together.
    public Selection last(int count) {
        return startingAt(new Start.Last(count));
    }

    /// Starts with the first event that is not older than this.
    public Selection since(Duration age) {
        return startingAt(new Start.Since(age));
    }

    /// Resumes after a cursor of any subscriber. One that is not of this hub leads to a gap.
    public Selection after(String cursor) {
        return startingAt(new Start.After(cursor));
    }

    public Selection startingAt(Start other) {
        return new Selection(channels, other, types);
    }

    /// Selects only events of these types.
    public Selection types(String... names) {
        return new Selection(channels, start, List.of(names));
    }
}
