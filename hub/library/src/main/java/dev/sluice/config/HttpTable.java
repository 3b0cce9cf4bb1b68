package dev.sluice.config;

import static dev.sluice.config.Settings.GIB;
import static dev.sluice.config.Settings.KIB;
import static dev.sluice.config.Settings.MIB;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.tls.TlsSettings;
import java.time.Duration;
import java.util.List;

/// `[http]`: the limits of a connection.
public final class HttpTable {
    private static final HttpSettings STANDARD = HttpSettings.DEFAULTS;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    public static final Setting<Long> REQUEST_LINE_MAX = Setting.size(
            "http.request_line_max",
            KIB,
            MIB,
            STANDARD.requestLineBytesMax(),
            "A request's method, target and version together; more is 414.");
    public static final Setting<Long> HEADERS_MAX = Setting.size(
            "http.headers_max", KIB, MIB, STANDARD.headerBytesMax(), "All headers of a request together; more is 431.");
    public static final Setting<Long> PART_MAX = Setting.size(
            "http.part_max",
            KIB,
            MIB,
            STANDARD.partBytesMax(),
            "The parts in which a body is processed, so also the largest event of `split=chunk`.");
    public static final Setting<Duration> HANDSHAKE_TIME = Setting.time(
            "http.handshake_time",
            Duration.ofMillis(100),
            HOUR,
            TlsSettings.HANDSHAKE_TIME,
            "With TLS, the time from the connection to the end of its handshake; then the connection is closed.");
    public static final Setting<Duration> HEAD_TIME = Setting.time(
            "http.head_time",
            SECOND,
            HOUR,
            STANDARD.headTime(),
            "The time for a request's head, from its first byte on; longer is 408.");
    public static final Setting<Duration> IDLE_TIME = Setting.time(
            "http.idle_time",
            SECOND,
            HOUR,
            STANDARD.idleTime(),
            "The time between requests, after which the connection is closed. Set it longer than a load balancer's.");
    public static final Setting<Duration> BODY_TIME = Setting.time(
            "http.body_time",
            SECOND,
            HOUR,
            STANDARD.bodyGrace(),
            "How far a body, an unfinished line of an upload or an unfinished message may fall behind `body_rate_min`,"
                    + " which also limits silence; beyond it is 408, or close code 1008.");
    public static final Setting<Long> BODY_RATE_MIN = Setting.size(
            "http.body_rate_min",
            1,
            GIB,
            STANDARD.bodyBytesPerSecond(),
            "The minimum rate of a body, in bytes per second. A faster start earns no credit.");
    public static final Setting<Duration> ANSWER_TIME = Setting.time(
            "http.answer_time",
            SECOND,
            HOUR,
            STANDARD.answerTime(),
            "The time in which the client must receive at least part of a pending answer.");
    public static final Setting<Duration> LINGER_TIME = Setting.time(
            "http.linger_time",
            Duration.ofMillis(100),
            HOUR,
            STANDARD.lingerTime(),
            "How long a closing connection stays open so that the client can read the last answer.");
    public static final Setting<Long> DISCARD_MAX = Setting.size(
            "http.discard_max",
            0,
            GIB,
            STANDARD.discardBytesMax(),
            "The most of an unwanted body that is read and discarded, so that the connection can be reused.");

    public static final Setting<Long> STREAMS_MAX = Setting.count(
            "http.streams_max",
            1,
            10_000,
            STANDARD.streamsMax(),
            "Requests at a time on one connection of HTTP/2; a further one is refused, and may be sent again.");

    public static final List<Setting<?>> ALL = List.of(
            REQUEST_LINE_MAX,
            HEADERS_MAX,
            PART_MAX,
            HANDSHAKE_TIME,
            HEAD_TIME,
            IDLE_TIME,
            BODY_TIME,
            BODY_RATE_MIN,
            ANSWER_TIME,
            LINGER_TIME,
            DISCARD_MAX,
            STREAMS_MAX);

    private HttpTable() {}

    public static HttpSettings settings(Values values) {
        return new HttpSettings(
                Math.toIntExact(values.get(REQUEST_LINE_MAX)),
                Math.toIntExact(values.get(HEADERS_MAX)),
                Math.toIntExact(values.get(PART_MAX)),
                values.get(HEAD_TIME),
                values.get(IDLE_TIME),
                values.get(BODY_TIME),
                Math.toIntExact(values.get(BODY_RATE_MIN)),
                values.get(ANSWER_TIME),
                values.get(LINGER_TIME),
                Math.toIntExact(values.get(DISCARD_MAX)),
                Math.toIntExact(values.get(STREAMS_MAX)));
    }
}
