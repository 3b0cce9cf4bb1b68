package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.MIB;
import static dev.sluice.app.config.Settings.TIB;

import dev.sluice.core.delivery.HubSettings;
import java.time.Duration;
import java.util.List;

/// `[delivery]`: how events get to readers.
final class DeliveryTable {
    private static final HubSettings STANDARD = HubSettings.DEFAULT;
    private static final Duration SECOND = Duration.ofSeconds(1);

    static final Setting<Long> ENCODED_MAX = Setting.size(
            "delivery.encoded_max",
            MIB,
            TIB,
            STANDARD.encodedBytes(),
            "Native memory for events as they go out, each spelled once per format.");
    static final Setting<Long> ANSWERS_MAX = Setting.size(
            "delivery.answers_max",
            MIB,
            TIB,
            STANDARD.answersBytes(),
            "What polls have found and their clients have not taken yet. When it runs short, the connection of the"
                    + " slowest of those is closed; what then does not fit is 503.");
    static final Setting<Duration> STALL_TIME = Setting.time(
            "delivery.stall_time",
            SECOND,
            Duration.ofDays(1),
            STANDARD.stall(),
            "A reader that takes nothing for so long, though something waits for it, is ended. It may come back.");
    static final Setting<Duration> RESOLVE_TIME = Setting.time(
            "delivery.resolve_time",
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            STANDARD.resolve(),
            "How long a cursor ahead of this hub's log may wait for the log; longer is 503.");

    static final List<Setting<?>> ALL = List.of(ENCODED_MAX, ANSWERS_MAX, STALL_TIME, RESOLVE_TIME);

    private DeliveryTable() {}

    static HubSettings settings(Values values, ChannelRules rules) {
        return new HubSettings(
                values.get(ENCODED_MAX),
                values.get(ANSWERS_MAX),
                values.get(STALL_TIME),
                values.get(RESOLVE_TIME),
                rules::overflow);
    }
}
