package dev.sluice.config;

import static dev.sluice.config.Settings.TIB;

import dev.sluice.config.setting.Quoted;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A rule for channels: settings for the channels that it matches and no earlier rule matches.
///
/// @param pattern the pattern of the channels
public record ChannelRule(Pattern pattern, Values values) {
    public static final Setting<String> MATCH = new Setting<>(
            "match",
            new SettingType.Text("a channel's name or a pattern such as \"chat/**\"", ChannelRule::isPattern),
            "**",
            "The channels: a name, or a pattern in which `*` is one segment and a final `**` one or more.");
    public static final Setting<Duration> MAX_AGE = Setting.time(
            "retention.max_age",
            Duration.ofMillis(1),
            Duration.ofDays(36_500),
            Retention.ALL.maxAge(),
            "How long events are kept.");
    public static final Setting<Long> MAX_EVENTS = Setting.count(
            "retention.max_events", 1, Long.MAX_VALUE, Retention.ALL.maxEvents(), "How many events are kept.");
    public static final Setting<Long> MAX_BYTES = Setting.size(
            "retention.max_bytes",
            1,
            1024 * TIB,
            Retention.ALL.maxBytes(),
            "How many bytes are kept, counting 256 for each event in addition to its data.");
    public static final Setting<Retention.Keep> KEEP = new Setting<>(
            "retention.keep",
            new SettingType.Word<>(Retention.Keep.class),
            Retention.ALL.keep(),
            "What is kept beyond these limits: nothing, or the newest event of each key, so that `snapshot=true`"
                    + " can return it; `retention.max_bytes` limits those events too, temporarily to twice as much,"
                    + " the oldest are dropped.");
    public static final Setting<Long> BEHIND_EVENTS = Setting.count(
            "behind.events",
            1,
            Long.MAX_VALUE,
            Overflow.NEVER.events(),
            "The most events that a reader may lag behind.");
    public static final Setting<Long> BEHIND_BYTES = Setting.size(
            "behind.bytes",
            1,
            1024 * TIB,
            Overflow.NEVER.bytes(),
            "The most bytes of data that a reader may lag behind.");
    public static final Setting<Overflow.Then> BEHIND_THEN = new Setting<>(
            "behind.then",
            new SettingType.Word<>(Overflow.Then.class),
            Overflow.NEVER.then(),
            "What a reader beyond these limits gets: everything, later; a gap and the newest event of each key; a"
                    + " gap and new events; or the end of its connection, with its cursor. If it reads several channels"
                    + " together, the rule of the one with the next event is for all of them.");

    public static final List<Setting<?>> ALL =
            List.of(MATCH, MAX_AGE, MAX_EVENTS, MAX_BYTES, KEEP, BEHIND_EVENTS, BEHIND_BYTES, BEHIND_THEN);

    /// Creates the rule of a program.
    ///
    /// @param option   names the rule in messages
    /// @param settings texts by the keys of [#ALL]
    /// @throws IllegalArgumentException if a key or value is invalid; the message is for the user
    public static ChannelRule of(String option, String match, Map<String, String> settings) {
        var values = Flags.of(ALL)
                .with(MATCH, option, match)
                .with(option + " " + match, settings)
                .values();
        var mistake = mistake(values);
        if (mistake.isPresent()) throw new IllegalArgumentException(option + " " + match + " " + mistake.get());
        return new ChannelRule(Pattern.of(values.get(MATCH)), values);
    }

    /// The mistake in a rule, as the rest of a sentence about it; empty if the rule is valid.
    public static Optional<String> mistake(Values values) {
        if (HubChannels.isForOperators(Pattern.of(values.get(MATCH)))) {
            return Optional.of(
                    "has a 'match' (%s) that reaches only records of the hub itself, to which no rule applies:"
                                    .formatted(Quoted.text(values.get(MATCH)))
                            + " '%s' and '%s' are for $audit, and $revoked keeps each revocation as long as it counts."
                                    .formatted(AuthTable.AUDIT_AGE.key(), AuthTable.AUDIT_EVENTS_MAX.key()));
        }
        boolean hasBound = values.has(BEHIND_EVENTS) || values.has(BEHIND_BYTES);
        if (hasBound == values.has(BEHIND_THEN)) return Optional.empty();
        return Optional.of(
                hasBound
                        ? "limits how far a reader may lag behind, but not what it then gets: add 'behind.then'."
                        : "has 'behind.then' without a limit: add 'behind.events' or 'behind.bytes'.");
    }

    static boolean isPattern(String text) {
        try {
            return !Pattern.of(text).segments().isEmpty();
        } catch (InvalidNameException noPattern) {
            return false; // The core owns the rule; a copy here would diverge.
        }
    }

    public boolean matches(ChannelName channel) {
        return pattern.matches(channel);
    }

    public Retention retention() {
        return new Retention(values.get(MAX_AGE), values.get(MAX_EVENTS), values.get(MAX_BYTES), values.get(KEEP));
    }

    public Overflow overflow() {
        return new Overflow(values.get(BEHIND_EVENTS), values.get(BEHIND_BYTES), values.get(BEHIND_THEN));
    }
}
