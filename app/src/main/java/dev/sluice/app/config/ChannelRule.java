package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.TIB;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.Overflow;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.List;

/// One `[[channel]]` of the file: what holds for the channels that it matches, if no rule before it does.
///
/// @param pattern which channels
/// @param line    where the rule begins
record ChannelRule(Pattern pattern, Values values, Source.Line line) {
    static final Setting<String> MATCH = new Setting<>(
            "match",
            new Kind.Text("a channel's name or a pattern such as \"chat/**\"", ChannelRule::isPattern),
            "**",
            "Which channels: a name, or a pattern in which `*` is one segment and a final `**` one or more.");
    static final Setting<Duration> MAX_AGE = Setting.time(
            "retention.max_age",
            Duration.ofMillis(1),
            Duration.ofDays(36_500),
            Retention.ALL.maxAge(),
            "How long events are kept.");
    static final Setting<Long> MAX_EVENTS = Setting.count(
            "retention.max_events", 1, Long.MAX_VALUE, Retention.ALL.maxEvents(), "How many events are kept.");
    static final Setting<Long> MAX_BYTES = Setting.size(
            "retention.max_bytes",
            1,
            1024 * TIB,
            Retention.ALL.maxBytes(),
            "How many bytes are kept, counting 256 for each event besides its data.");
    static final Setting<Retention.Keep> KEEP = new Setting<>(
            "retention.keep",
            new Kind.Word<>(Retention.Keep.class),
            Retention.ALL.keep(),
            "What stays beyond that: nothing, or the newest event of each key, so that `snapshot=true` still has it; of"
                    + " these again `retention.max_bytes`, for a while up to twice as much, then the oldest go.");
    static final Setting<Long> BEHIND_EVENTS = Setting.count(
            "behind.events",
            1,
            Long.MAX_VALUE,
            Overflow.NEVER.events(),
            "A reader behind by more than so many events is too far behind.");
    static final Setting<Long> BEHIND_BYTES = Setting.size(
            "behind.bytes",
            1,
            1024 * TIB,
            Overflow.NEVER.bytes(),
            "A reader behind by more than so many bytes of data is too far behind.");
    static final Setting<Overflow.Then> BEHIND_THEN = new Setting<>(
            "behind.then",
            new Kind.Word<>(Overflow.Then.class),
            Overflow.NEVER.then(),
            "What it then gets: everything, later; a gap and the newest event of each key; a gap and what is to come; or"
                    + " the end of its connection, with its cursor.");

    static final List<Setting<?>> ALL =
            List.of(MATCH, MAX_AGE, MAX_EVENTS, MAX_BYTES, KEEP, BEHIND_EVENTS, BEHIND_BYTES, BEHIND_THEN);

    private static boolean isPattern(String text) {
        try {
            return !Pattern.of(text).segments().isEmpty();
        } catch (InvalidName noPattern) {
            return false; // The core has the rule; a copy of it here would go its own way.
        }
    }

    boolean matches(ChannelName channel) {
        return pattern.matches(channel);
    }

    Retention retention() {
        return new Retention(values.get(MAX_AGE), values.get(MAX_EVENTS), values.get(MAX_BYTES), values.get(KEEP));
    }

    Overflow overflow() {
        return new Overflow(values.get(BEHIND_EVENTS), values.get(BEHIND_BYTES), values.get(BEHIND_THEN));
    }
}
