package dev.sluice.server.http.head;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.delivery.stream.EndReason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All kinds of problems that the server reports. The type of each is stable: programs may rely on it.
public enum Problems {
    BAD_REQUEST(400, "bad-request", "This is no valid HTTP request"),
    BAD_NAME(400, "bad-name", "This is no valid channel name"),
    BAD_PARAMETER(400, "bad-parameter", "A parameter is not as it should be"),
    UNKNOWN_PARAMETER(400, "unknown-parameter", "There is no such parameter here"),
    BAD_HEADER(400, "bad-header", "A header is not as it should be"),
    BAD_DATA(400, "bad-data", "The data is not what its content type says"),
    BAD_LINE(400, "bad-line", "A line or message is not as it should be"),
    BAD_MESSAGE(400, "bad-message", "A message of the session is not as it should be"),
    UNAUTHORIZED(401, "unauthorized", "This needs a token or a key"),
    BAD_TOKEN(401, "bad-token", "The token or key is not valid"),
    BAD_LOGIN(401, "bad-login", "Name and password do not match"),
    TOKEN_EXPIRED(401, "token-expired", "What permitted this has expired"),
    REVOKED(401, "revoked", "What permitted this was revoked"),
    HOST_REFUSED(403, "host-refused", "This hub answers under another name"),
    ORIGIN_REFUSED(403, "origin-refused", "Pages of this origin may not use this hub"),
    CROSS_SITE_REFUSED(403, "cross-site-refused", "Pages of other sites may not load this"),
    PROXY_REFUSED(403, "proxy-refused", "This hub is not open to what a proxy passes on"),
    FORBIDDEN(403, "forbidden", "This is not granted"),
    RESERVED_NAME(403, "reserved-name", "This channel is the server's own"),
    NOT_FOUND(404, "not-found", "There is nothing here"),
    NO_SUCH_EVENT(404, "no-such-event", "The channel keeps no such event"),
    NO_SUCH_LEASE(404, "no-such-lease", "The channel has no lease"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "This method is not for this path"),
    NOT_ACCEPTABLE(406, "not-acceptable", "None of the accepted types is to be had"),
    TOO_SLOW(408, "too-slow", "The request took too long to arrive"),
    ENDED(409, "ended", "This channel has ended"),
    GAP(410, "gap", "Events that were asked for are gone"),
    NEWEST_DIFFERS(412, "newest-differs", "The channel's newest event is another one"),
    COUNT_DIFFERS(412, "count-differs", "More channels match than expected"),
    TOO_LARGE(413, "too-large", "This is more than the hub takes"),
    TARGET_TOO_LONG(414, "target-too-long", "The request line is too long"),
    UNSUPPORTED_TYPE(415, "unsupported-type", "Data of this kind can't be taken"),
    EXPECTATION_FAILED(417, "expectation-failed", "This expectation can't be met"),
    BAD_CONFIGURATION(422, "bad-configuration", "The configuration has mistakes, and nothing was changed"),
    KEY_REUSED(422, "key-reused", "This idempotency key was used for another publish"),
    SEARCH_TOO_LONG(422, "search-too-long", "Searching took too long"),
    WEBSOCKET_VERSION(426, "websocket-version", "This version of WebSocket is not spoken here"),
    TOO_MANY(429, "too-many", "This client asks for more than its share"),
    HEADERS_TOO_LARGE(431, "headers-too-large", "The headers are too large"),
    FAILED(500, "failed", "The server failed"),
    TOO_FAR_BEHIND(503, "too-far-behind", "This reader is too far behind"),
    ENDED_BY_OPERATOR(503, "ended-by-operator", "An operator ended this stream"),
    FULL(503, "full", "The hub is full just now"),
    LOG_FAILED(503, "log-failed", "The log can't take it"),
    NOT_READY(503, "not-ready", "The hub is not ready"),
    HTTP_VERSION(505, "http-version", "This version of HTTP is not spoken here"),
    DISK_FULL(507, "disk-full", "The hub's disk is full");

    /// The time for which a client should stay away after an operator has ended its stream.
    private static final int OPERATOR_PAUSE_SECONDS = 10;

    private final int status;
    private final String type;
    private final String title;

    Problems(int status, String name, String title) {
        this.status = status;
        this.type = "/problems/" + name;
        this.title = title;
    }

    public String type() {
        return type;
    }

    public String title() {
        return title;
    }

    /// @param detail a sentence or two: what happened, with which value, and what to do next
    public Problem of(String detail) {
        return of(null, detail);
    }

    /// With `Retry-After`, of a second unless the caller gives another time, if it passes by itself.
    ///
    /// @param field the offending parameter, header or member
    public Problem of(@Nullable String field, String detail) {
        boolean passes = this == FULL || this == NOT_READY;
        return new Problem(status, type, title, detail, field, passes ? Map.of("Retry-After", "1") : Map.of());
    }

    public ProblemException refused(String detail) {
        return new ProblemException(of(detail));
    }

    public ProblemException refused(@Nullable String field, String detail) {
        return new ProblemException(of(field, detail));
    }

    /// The problem of a request that its grant does not permit: the same whether the channel exists or not.
    public static Problem of(AccessDeniedException denied) {
        if (denied.asksForCredential()) {
            return UNAUTHORIZED
                    .of("A client without a token has no grant of '"
                            + denied.verb().text() + "' for " + quoted(denied.channels())
                            + ". Send a token or a key, as 'Authorization: Bearer …'.")
                    .withHeader("WWW-Authenticate", "Bearer");
        }
        return FORBIDDEN
                .of("This client has no grant of '" + denied.verb().text() + "' for " + quoted(denied.channels())
                        + ". Ask the operator of the hub for it.")
                .withMember("verb", denied.verb().text())
                .withMember("channels", bare(denied.channels()));
    }

    /// The problem that corresponds to the end of a stream by the hub. A `401` names the authentication scheme
    /// (RFC 6750 §3.1).
    public static Problem of(EndReason.Dismissal reason) {
        Problem problem = switch (reason) {
            case EndReason.Expired _ ->
                TOKEN_EXPIRED.of("Reconnect with a new token. The cursor of a stream remains valid.");
            case EndReason.Revoked _ ->
                REVOKED.of("Reconnect with a new token, if you can get one. The cursor of a stream remains valid.");
            case EndReason.ByOperator _ ->
                ENDED_BY_OPERATOR.of("An operator ended this stream. Reconnect after " + OPERATOR_PAUSE_SECONDS
                        + " s or later. The cursor of a stream remains valid.");
        };
        return reason instanceof EndReason.GrantEnd
                ? problem.withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"")
                : problem.withHeader("Retry-After", "" + OPERATOR_PAUSE_SECONDS)
                        .withMember("retryAfter", OPERATOR_PAUSE_SECONDS);
    }

    /// Quotes untrusted text for a detail: shortened, and without control characters, which could affect terminals.
    public static String quoted(String text) {
        return "'" + bare(text) + "'";
    }

    /// Prepares untrusted text as [#quoted] does, without quotation marks.
    public static String bare(String text) {
        int end = Math.min(text.length(), 80);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) end--;
        String shown = end < text.length() ? text.substring(0, end) + "…" : text;
        return shown.replaceAll("[\\p{Cc}\\p{Cs}]", "?");
    }
}
