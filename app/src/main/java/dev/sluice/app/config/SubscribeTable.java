package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.GIB;
import static dev.sluice.app.config.Settings.KIB;
import static dev.sluice.app.config.Settings.MIB;

import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.transport.SubscribeSettings;
import java.time.Duration;
import java.util.List;

/// `[subscribe]`: what a subscriber may ask for.
final class SubscribeTable {
    private static final SubscribeSettings STANDARD = SubscribeSettings.DEFAULTS;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int COUNT_MAX = 1_000_000;

    static final Setting<Long> LIMIT = Setting.count(
            "subscribe.limit",
            1,
            COUNT_MAX,
            STANDARD.limitDefault(),
            "Events in the answer to a poll that does not say how many.");
    static final Setting<Long> LIMIT_MAX =
            Setting.count("subscribe.limit_max", 1, COUNT_MAX, STANDARD.limitMax(), "The most that a poll may say.");
    static final Setting<Long> ANSWER_MAX = Setting.size(
            "subscribe.answer_max",
            KIB,
            GIB,
            ServerSettings.DEFAULTS.answerBytesMax(),
            "Data in the answer to a poll, after which it takes no further event; at most a quarter of"
                    + " `delivery.answers_max`.");
    static final Setting<Long> LAST_MAX =
            Setting.count("subscribe.last_max", 1, COUNT_MAX, STANDARD.lastMax(), "The most that `last=` may say.");
    static final Setting<Duration> WAIT_MAX = Setting.time(
            "subscribe.wait_max", SECOND, HOUR, STANDARD.waitMax(), "The longest that a poll may wait (`wait=`).");
    static final Setting<Duration> HEARTBEAT = Setting.time(
            "subscribe.heartbeat",
            SECOND,
            HOUR,
            STANDARD.heartbeat(),
            "How often a silent stream shows that it lives, where the subscriber does not say (`heartbeat=`).");
    static final Setting<Duration> HEARTBEAT_MIN = Setting.time(
            "subscribe.heartbeat_min", SECOND, HOUR, STANDARD.heartbeatMin(), "The shortest that it may say.");
    static final Setting<Duration> HEARTBEAT_MAX = Setting.time(
            "subscribe.heartbeat_max",
            SECOND,
            HOUR,
            STANDARD.heartbeatMax(),
            "The longest that it may say; with more, many proxies would cut the line.");
    static final Setting<Duration> SSE_RETRY = Setting.time(
            "subscribe.sse_retry",
            Duration.ofMillis(10),
            HOUR,
            STANDARD.sseRetry(),
            "How long an EventSource waits at most before it reconnects (`retry:`)."
                    + " Each is told a time of its own, at least a fifth of this one.");
    static final Setting<Long> PADDING_MAX = Setting.size(
            "subscribe.padding_max",
            0,
            MIB,
            STANDARD.paddingBytesMax(),
            "The longest comment that a stream may ask for at its beginning (`padding=`).");

    static final Setting<Long> SESSION_SUBSCRIPTIONS_MAX = Setting.count(
            "subscribe.session_subscriptions_max",
            1,
            1_000_000,
            STANDARD.sessionSubscriptionsMax(),
            "How many subscriptions a session may have at a time; one more is refused.");
    static final Setting<Long> SESSION_PATTERNS_MAX = Setting.count(
            "subscribe.session_patterns_max",
            1,
            COUNT_MAX,
            STANDARD.sessionPatternsMax(),
            "Channels and patterns that all subscriptions of a session name together, one for every four segments; more are"
                    + " refused.");
    static final Setting<Long> SUBSCRIPTIONS_MAX = Setting.count(
            "subscribe.subscriptions_max",
            1,
            10_000_000,
            STANDARD.subscriptionsMax(),
            "Subscriptions of the hub at a time, whatever the transport, long polls too; one more is 503.");
    static final Setting<Long> PATTERNS_MAX = Setting.count(
            "subscribe.patterns_max",
            1,
            10_000_000,
            STANDARD.patternsMax(),
            "Channels and patterns that all of these name together, counted in the same way; more are 503.");
    static final Setting<Duration> PRESENCE_LINGER = Setting.time(
            "subscribe.presence_linger",
            Duration.ofMillis(100),
            HOUR,
            PresenceSettings.DEFAULTS.linger(),
            "How long a member (`join=`) stays behind the end of its last connection."
                    + " Who comes back within it has never left.");
    static final Setting<Long> PRESENCE_MEMBERS_MAX = Setting.count(
            "subscribe.presence_members_max",
            1,
            10_000_000,
            PresenceSettings.DEFAULTS.membersMax(),
            "Members of all channels together, half a KiB each; joining beyond is 503.");

    static final List<Setting<?>> ALL = List.of(
            LIMIT,
            LIMIT_MAX,
            ANSWER_MAX,
            LAST_MAX,
            WAIT_MAX,
            HEARTBEAT,
            HEARTBEAT_MIN,
            HEARTBEAT_MAX,
            SSE_RETRY,
            PADDING_MAX,
            SESSION_SUBSCRIPTIONS_MAX,
            SESSION_PATTERNS_MAX,
            SUBSCRIPTIONS_MAX,
            PATTERNS_MAX,
            PRESENCE_LINGER,
            PRESENCE_MEMBERS_MAX);

    /// What must not exceed what.
    static final List<Order<?>> ORDERS = List.of(
            new Order<>(LIMIT, LIMIT_MAX),
            new Order<>(HEARTBEAT_MIN, HEARTBEAT),
            new Order<>(HEARTBEAT, HEARTBEAT_MAX));

    private SubscribeTable() {}

    static SubscribeSettings settings(Values values) {
        return new SubscribeSettings(
                Math.toIntExact(values.get(LIMIT)),
                Math.toIntExact(values.get(LIMIT_MAX)),
                Math.toIntExact(values.get(LAST_MAX)),
                values.get(HEARTBEAT),
                values.get(HEARTBEAT_MIN),
                values.get(HEARTBEAT_MAX),
                values.get(SSE_RETRY),
                values.get(WAIT_MAX),
                Math.toIntExact(values.get(PADDING_MAX)),
                Math.toIntExact(values.get(SESSION_SUBSCRIPTIONS_MAX)),
                Math.toIntExact(values.get(SESSION_PATTERNS_MAX)),
                Math.toIntExact(values.get(SUBSCRIPTIONS_MAX)),
                Math.toIntExact(values.get(PATTERNS_MAX)));
    }

    static PresenceSettings presence(Values values) {
        return new PresenceSettings(values.get(PRESENCE_LINGER), Math.toIntExact(values.get(PRESENCE_MEMBERS_MAX)));
    }
}
