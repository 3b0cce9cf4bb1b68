package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.FairShare;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import java.time.Duration;
import java.util.List;

/// `[limits]`: the limits of one client. By default only failed authentications are limited: only the
/// operator knows whether an address is a person, an office or a proxy.
public final class LimitsTable {
    private static final LimitSettings STANDARD = LimitSettings.DEFAULTS;
    private static final long RATE_MAX = 1_000_000_000;

    public static final Setting<Long> CONNECTIONS_PER_ADDRESS = Setting.count(
            "limits.connections_per_address",
            0,
            10_000_000,
            STANDARD.connectionsMax(),
            "Concurrent connections of an address; a further one is answered 429. 0: no limit.");
    public static final Setting<Long> CONNECTIONS_PER_SECOND = Setting.count(
            "limits.connections_per_second",
            0,
            RATE_MAX,
            STANDARD.connections().tokens(),
            "New connections of an address, with bursts of five seconds; a further one is answered 429. 0: no limit.");
    public static final Setting<Long> REQUESTS_PER_SECOND = Setting.count(
            "limits.requests_per_second",
            0,
            RATE_MAX,
            STANDARD.requests().tokens(),
            "Requests of an address, with bursts of five seconds; a further one is 429. 0: no limit.");
    public static final Setting<Long> PUBLISHES_PER_SECOND = Setting.count(
            "limits.publishes_per_second",
            0,
            RATE_MAX,
            STANDARD.publishes().tokens(),
            "Events that a caller with a token, or else an address, may publish, with bursts of five seconds. Beyond it is"
                    + " 429, in sessions and on WebSockets an error; uploads and batches are slowed down. Static keys"
                    + " are not limited; an app of Pusher is one caller. 0: no limit.");
    public static final Setting<Long> PUBLISH_BYTES_PER_SECOND = Setting.size(
            "limits.publish_bytes_per_second",
            0,
            Settings.GIB,
            STANDARD.publishBytes().tokens(),
            "The bytes that a caller may publish, in the same way. A body larger than a burst is taken, and has to be"
                    + " waited for afterwards. 0: no limit.");
    public static final Setting<Long> AUTH_FAILURES_PER_MINUTE = Setting.count(
            "limits.auth_failures_per_minute",
            0,
            RATE_MAX,
            STANDARD.authFailures().tokens(),
            "Keys and tokens of an address that are not valid; beyond it is 429 before a signature is verified, except for"
                    + " keys, and for tokens that were valid before. 0: no limit.");
    public static final Setting<Long> CLIENTS_MAX = Setting.count(
            "limits.clients_max",
            1,
            100_000_000,
            STANDARD.clientsMax(),
            "Clients that are remembered for each of these limits. Those that are far from it make room; while all others"
                    + " are in use, further clients share one limit.");
    public static final Setting<Long> CALLER_SHARE = Setting.count(
            "limits.caller_share",
            1,
            100,
            STANDARD.callerShare().percent(),
            "The percentage that one caller (a name, or else an address) may hold of the subscriptions,"
                    + " patterns, channels that keep events, members, and other shared sums"
                    + " ([Limits](protocol.md#limits)). The more others hold, the less it gets; beyond is 429. 100"
                    + " turns the shares off.");
    public static final Setting<Duration> LOOP_DELAY_MAX = Setting.time(
            "limits.loop_delay_max",
            Duration.ofMillis(10),
            Duration.ofMinutes(10),
            STANDARD.loopDelayMax(),
            "How late an event loop may be, five times in a row; then its new requests are 503 until it is in time again."
                    + " Streams go on, and probes are answered.");

    public static final List<Setting<?>> ALL = List.of(
            CONNECTIONS_PER_ADDRESS,
            CONNECTIONS_PER_SECOND,
            REQUESTS_PER_SECOND,
            PUBLISHES_PER_SECOND,
            PUBLISH_BYTES_PER_SECOND,
            AUTH_FAILURES_PER_MINUTE,
            CLIENTS_MAX,
            CALLER_SHARE,
            LOOP_DELAY_MAX);

    private LimitsTable() {}

    public static LimitSettings settings(Values values) {
        return new LimitSettings(
                Math.toIntExact(values.get(CLIENTS_MAX)),
                Math.toIntExact(values.get(CONNECTIONS_PER_ADDRESS)),
                perSecond(values, CONNECTIONS_PER_SECOND),
                perSecond(values, REQUESTS_PER_SECOND),
                perSecond(values, PUBLISHES_PER_SECOND),
                perSecond(values, PUBLISH_BYTES_PER_SECOND),
                RateLimit.perMinute(AUTH_FAILURES_PER_MINUTE.key(), values.get(AUTH_FAILURES_PER_MINUTE)),
                new FairShare(Math.toIntExact(values.get(CALLER_SHARE))),
                values.get(LOOP_DELAY_MAX));
    }

    private static RateLimit perSecond(Values values, Setting<Long> setting) {
        return RateLimit.perSecond(setting.key(), values.get(setting));
    }
}
