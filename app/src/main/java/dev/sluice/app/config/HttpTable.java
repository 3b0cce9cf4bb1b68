package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.GIB;
import static dev.sluice.app.config.Settings.KIB;
import static dev.sluice.app.config.Settings.MIB;

import dev.sluice.server.http.HttpSettings;
import java.time.Duration;
import java.util.List;

/// `[http]`: the limits of a connection.
final class HttpTable {
    private static final HttpSettings STANDARD = HttpSettings.DEFAULTS;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static final Setting<Long> REQUEST_LINE_MAX = Setting.size(
            "http.request_line_max",
            KIB,
            MIB,
            STANDARD.requestLineBytesMax(),
            "A request's method, target and version together; more is 414.");
    static final Setting<Long> HEADERS_MAX = Setting.size(
            "http.headers_max", KIB, MIB, STANDARD.headerBytesMax(), "All headers of a request together; more is 431.");
    static final Setting<Long> PART_MAX = Setting.size(
            "http.part_max",
            KIB,
            MIB,
            STANDARD.partBytesMax(),
            "A body's part as it is handed on, so also an event of `split=chunk`.");
    static final Setting<Duration> HEAD_TIME = Setting.time(
            "http.head_time",
            SECOND,
            HOUR,
            STANDARD.headTime(),
            "For a request's head, from its first byte on; longer is 408.");
    static final Setting<Duration> IDLE_TIME = Setting.time(
            "http.idle_time",
            SECOND,
            HOUR,
            STANDARD.idleTime(),
            "Between requests, until the connection is closed. Longer than that of a load balancer in front.");
    static final Setting<Duration> BODY_TIME = Setting.time(
            "http.body_time",
            SECOND,
            HOUR,
            STANDARD.bodyGrace(),
            "How far a body, an unfinished line of an upload or an unfinished message may fall behind `body_rate_min`,"
                    + " and so how long it may be silent; further is 408, or close 1008.");
    static final Setting<Long> BODY_RATE_MIN = Setting.size(
            "http.body_rate_min",
            1,
            GIB,
            STANDARD.bodyBytesPerSecond(),
            "Bytes a second. What comes faster earns no time for later.");
    static final Setting<Duration> ANSWER_TIME = Setting.time(
            "http.answer_time",
            SECOND,
            HOUR,
            STANDARD.answerTime(),
            "In which some of an answer must get through to the client.");
    static final Setting<Duration> LINGER_TIME = Setting.time(
            "http.linger_time",
            Duration.ofMillis(100),
            HOUR,
            STANDARD.lingerTime(),
            "How long a connection that is being ended stays for the client to read the last answer.");
    static final Setting<Long> DISCARD_MAX = Setting.size(
            "http.discard_max",
            0,
            GIB,
            STANDARD.discardBytesMax(),
            "Of a body that nobody wants: so much is read and forgotten, so that the connection can go on.");

    static final List<Setting<?>> ALL = List.of(
            REQUEST_LINE_MAX,
            HEADERS_MAX,
            PART_MAX,
            HEAD_TIME,
            IDLE_TIME,
            BODY_TIME,
            BODY_RATE_MIN,
            ANSWER_TIME,
            LINGER_TIME,
            DISCARD_MAX);

    private HttpTable() {}

    static HttpSettings settings(Values values) {
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
                Math.toIntExact(values.get(DISCARD_MAX)));
    }
}
