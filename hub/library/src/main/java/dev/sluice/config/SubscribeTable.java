package dev.sluice.config;

import static dev.sluice.config.Settings.GIB;
import static dev.sluice.config.Settings.KIB;
import static dev.sluice.config.Settings.MIB;

import dev.sluice.config.setting.Order;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.time.Duration;
import java.util.List;

/// `[subscribe]`: the limits for subscribers.
public final class SubscribeTable {
    private static final SubscribeSettings STANDARD = SubscribeSettings.DEFAULTS;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int COUNT_MAX = 1_000_000;

    public static final Setting<Long> LIMIT = Setting.count(
            "subscribe.limit",
            1,
            COUNT_MAX,
            STANDARD.limitDefault(),
            "Events in the answer to a poll without `limit=`.");
    public static final Setting<Long> LIMIT_MAX =
            Setting.count("subscribe.limit_max", 1, COUNT_MAX, STANDARD.limitMax(), "The largest `limit=`.");
    public static final Setting<Long> ANSWER_MAX = Setting.size(
            "subscribe.answer_max",
            KIB,
            GIB,
            ServerSettings.DEFAULTS.answerBytesMax(),
            "Data in the answer to a poll; when it is reached, no further event is added. At most a quarter of"
                    + " `delivery.answers_max`.");
    public static final Setting<Long> LAST_MAX =
            Setting.count("subscribe.last_max", 1, COUNT_MAX, STANDARD.lastMax(), "The largest `last=`.");
    public static final Setting<Duration> WAIT_MAX = Setting.time(
            "subscribe.wait_max", SECOND, HOUR, STANDARD.waitMax(), "The longest that a poll may wait (`wait=`).");
    public static final Setting<Duration> AGE_MAX = Setting.time(
            "subscribe.age_max",
            Duration.ZERO,
            DAY,
            STANDARD.ageMax(),
            "The greatest age of a stream over HTTP (Server-Sent Events, JSON lines, raw text), less a random"
                    + " fifth at most; then it ends, and its client resumes. For proxies that keep a stream open after"
                    + " its client has gone. 0 turns it off.");
    public static final Setting<Duration> MEMBER_AGE_MAX = Setting.time(
            "subscribe.member_age_max",
            Duration.ZERO,
            DAY,
            STANDARD.memberAgeMax(),
            "The same for a stream whose client is a member (`join=`), so that a member that has gone leaves even"
                    + " behind such a proxy. 0 turns it off.");
    public static final Setting<Duration> HEARTBEAT = Setting.time(
            "subscribe.heartbeat",
            SECOND,
            HOUR,
            STANDARD.heartbeat(),
            "How often a silent stream sends a heartbeat, if the subscriber does not set `heartbeat=`.");
    public static final Setting<Duration> HEARTBEAT_MIN = Setting.time(
            "subscribe.heartbeat_min", SECOND, HOUR, STANDARD.heartbeatMin(), "The shortest `heartbeat=`.");
    public static final Setting<Duration> HEARTBEAT_MAX = Setting.time(
            "subscribe.heartbeat_max",
            SECOND,
            HOUR,
            STANDARD.heartbeatMax(),
            "The longest `heartbeat=`; with a longer one, many proxies would close the connection.");
    public static final Setting<Duration> SSE_RETRY = Setting.time(
            "subscribe.sse_retry",
            Duration.ofMillis(10),
            HOUR,
            STANDARD.sseRetry(),
            "The longest time that an EventSource waits before it reconnects (`retry:`). Each gets a random time of"
                    + " at least a fifth of it.");
    public static final Setting<Long> PADDING_MAX = Setting.size(
            "subscribe.padding_max",
            0,
            MIB,
            STANDARD.paddingBytesMax(),
            "The longest comment that a stream may ask for at its beginning (`padding=`).");

    public static final Setting<Long> SESSION_SUBSCRIPTIONS_MAX = Setting.count(
            "subscribe.session_subscriptions_max",
            1,
            1_000_000,
            STANDARD.sessionSubscriptionsMax(),
            "Concurrent subscriptions of a session; a further one is refused.");
    public static final Setting<Long> SESSION_PATTERNS_MAX = Setting.count(
            "subscribe.session_patterns_max",
            1,
            COUNT_MAX,
            STANDARD.sessionPatternsMax(),
            "Channels and patterns in all subscriptions of a session together; each counts one for every four"
                    + " segments. More are refused.");
    public static final Setting<Long> SUBSCRIPTIONS_MAX = Setting.count(
            "subscribe.subscriptions_max",
            1,
            10_000_000,
            STANDARD.subscriptionsMax(),
            "Concurrent subscriptions of the hub, over all transports, including long polls; a further one is 503.");
    public static final Setting<Long> PATTERNS_MAX = Setting.count(
            "subscribe.patterns_max",
            1,
            10_000_000,
            STANDARD.patternsMax(),
            "Channels and patterns in all of these together, counted in the same way; more are 503.");
    public static final Setting<Duration> PRESENCE_LINGER = Setting.time(
            "subscribe.presence_linger",
            Duration.ofMillis(100),
            HOUR,
            PresenceSettings.DEFAULTS.linger(),
            "How long a member (`join=`) stays after the end of its last connection. A client that reconnects"
                    + " within this time does not leave.");
    public static final Setting<Long> PRESENCE_MEMBERS_MAX = Setting.count(
            "subscribe.presence_members_max",
            1,
            10_000_000,
            PresenceSettings.DEFAULTS.membersMax(),
            "Members of all channels together, half a KiB each; a further join is 503.");

    public static final List<Setting<?>> ALL = List.of(
            LIMIT,
            LIMIT_MAX,
            ANSWER_MAX,
            LAST_MAX,
            WAIT_MAX,
            AGE_MAX,
            MEMBER_AGE_MAX,
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

    /// Constraints between the settings.
    public static final List<Order<?>> ORDERS = List.of(
            new Order<>(LIMIT, LIMIT_MAX),
            new Order<>(HEARTBEAT_MIN, HEARTBEAT),
            new Order<>(HEARTBEAT, HEARTBEAT_MAX));

    private SubscribeTable() {}

    public static SubscribeSettings settings(Values values) {
        return new SubscribeSettings(
                Math.toIntExact(values.get(LIMIT)),
                Math.toIntExact(values.get(LIMIT_MAX)),
                Math.toIntExact(values.get(LAST_MAX)),
                values.get(HEARTBEAT),
                values.get(HEARTBEAT_MIN),
                values.get(HEARTBEAT_MAX),
                values.get(SSE_RETRY),
                values.get(WAIT_MAX),
                values.get(AGE_MAX),
                values.get(MEMBER_AGE_MAX),
                Math.toIntExact(values.get(PADDING_MAX)),
                Math.toIntExact(values.get(SESSION_SUBSCRIPTIONS_MAX)),
                Math.toIntExact(values.get(SESSION_PATTERNS_MAX)),
                Math.toIntExact(values.get(SUBSCRIPTIONS_MAX)),
                Math.toIntExact(values.get(PATTERNS_MAX)));
    }

    public static PresenceSettings presence(Values values) {
        return new PresenceSettings(values.get(PRESENCE_LINGER), Math.toIntExact(values.get(PRESENCE_MEMBERS_MAX)));
    }
}
