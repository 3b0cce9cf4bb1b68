package dev.sluice.config;

import static dev.sluice.config.Settings.MIB;
import static dev.sluice.config.Settings.TIB;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.delivery.channel.HubSettings;
import java.time.Duration;
import java.util.List;

/// `[delivery]`: the delivery of events to readers.
public final class DeliveryTable {
    private static final HubSettings STANDARD = HubSettings.DEFAULT;
    private static final Duration SECOND = Duration.ofSeconds(1);

    public static final Setting<Long> ENCODED_MAX = Setting.size(
            "delivery.encoded_max",
            MIB,
            TIB,
            STANDARD.encodedBytes(),
            "Native memory for encoded events; each is encoded once per format.");
    public static final Setting<Long> ANSWERS_MAX = Setting.size(
            "delivery.answers_max",
            MIB,
            TIB,
            STANDARD.answersBytes(),
            "Bytes of answers of 1 KiB or more, and of what a program and other protocols send, that clients have not"
                    + " received. When it runs short, the connection of the slowest client is closed; an answer to GET"
                    + " that still does not fit is 503.");
    public static final Setting<Duration> STALL_TIME = Setting.time(
            "delivery.stall_time",
            SECOND,
            Duration.ofDays(1),
            STANDARD.stall(),
            "A reader that receives nothing for so long, although events wait for it, is disconnected. It may"
                    + " reconnect.");
    public static final Setting<Duration> RESOLVE_TIME = Setting.time(
            "delivery.resolve_time",
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            STANDARD.resolve(),
            "How long a cursor ahead of this hub's log may wait for the log; longer is 503.");

    public static final List<Setting<?>> ALL = List.of(ENCODED_MAX, ANSWERS_MAX, STALL_TIME, RESOLVE_TIME);

    private DeliveryTable() {}

    public static HubSettings settings(Values values, ChannelRules rules) {
        return new HubSettings(
                values.get(ENCODED_MAX),
                values.get(ANSWERS_MAX),
                values.get(STALL_TIME),
                values.get(RESOLVE_TIME),
                rules::overflow);
    }
}
