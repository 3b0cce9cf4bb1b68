package dev.sluice.client.http;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A refusal by the hub or by a server in front of it, permanent or temporary. */
public final class HttpStatusException extends Exception {
    private static final long serialVersionUID = 1;

    /** A problem document has some hundred bytes. A longer body is a proxy's error page and is ignored. */
    private static final int BODY_BYTES_MAX = 64 * 1024;

    private final int status;
    private final boolean isTransient;
    private final boolean fromHub;
    private final boolean isOnStream;
    private final String body;
    private final @Nullable Duration retryAfter;
    private final @Nullable String latest;

    private HttpStatusException(
            int status,
            boolean isTransient,
            boolean fromHub,
            boolean isOnStream,
            String body,
            @Nullable Duration retryAfter,
            @Nullable String latest) {
        super("status " + status);
        this.status = status;
        this.isTransient = isTransient;
        this.fromHub = fromHub;
        this.isOnStream = isOnStream;
        this.body = body;
        this.retryAfter = retryAfter;
        this.latest = latest;
    }

    /** Creates the exception from a response without success; reads its body. */
    public static HttpStatusException read(StreamedResponse answer, Monitor monitor, Duration silenceMax)
            throws IOException, InterruptedException {
        String body;
        try {
            body = new String(answer.body().readAll(BODY_BYTES_MAX, silenceMax), StandardCharsets.UTF_8);
        } catch (TooLongException reason) {
            body = "";
        }
        var moved = answer.header("Location")
                .filter(location -> answer.status() / 100 == 3)
                .map(location -> "This address has moved to " + location);
        return fromResponse(answer.status(), answer.headers(), moved.orElse(body), monitor.now());
    }

    public static HttpStatusException fromResponse(int status, HttpHeaders headers, String body, Instant now) {
        return new HttpStatusException(
                status,
                isTransient(status),
                MediaTypes.isA(headers.firstValue("Content-Type").orElse(""), "application/problem+json"),
                false,
                body,
                headers.firstValue("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, now))
                        .orElse(null),
                headers.firstValue("Sluice-Latest").orElse(null));
    }

    /** Creates the exception from a refusal that was received within a stream. */
    public static HttpStatusException onStream(
            int status, boolean isTransient, String body, @Nullable Duration retryAfter) {
        return new HttpStatusException(status, isTransient, true, true, body, retryAfter, null);
    }

    /**
     * Returns true for a status after which a retry of the same request may succeed: timeouts, rate limits, and server
     * errors except those for features that are not implemented (RFC 9110 §15.6.2 and §15.6.6).
     */
    public static boolean isTransient(int status) {
        return switch (status) {
            case 408, 425, 429 -> true;
            case 501, 505 -> false;
            default -> status >= 500;
        };
    }

    public int status() {
        return status;
    }

    /**
     * Returns true if the hub itself refused, with a problem (RFC 9457) or on its stream; false for a server in front
     * of it.
     */
    public boolean isFromHub() {
        return fromHub;
    }

    /**
     * Returns true if a retry may succeed: the refusal is temporary, or a hub has answered here before and this
     * response is from another server, such as a captive portal. A request that is too large is never retried.
     */
    public boolean isWorthRetrying(boolean isHubKnown) {
        boolean isAboutSize = status == 413 || status == 414 || status == 431;
        return isTransient || (isHubKnown && !fromHub && !isAboutSize);
    }

    /**
     * Returns true if another token may be taken soon: this one has expired, is not valid yet or was revoked, or the hub
     * does not know its key yet.
     */
    public boolean isAboutStaleToken() {
        if (status != 401) return false;
        try {
            var members = Json.parse(body, Json.DATA_DEPTH_MAX, BODY_BYTES_MAX).members();
            return members.containsKey("stale") || isOnStream;
        } catch (JsonException reason) {
            return isOnStream; // The reason of a close frame.
        }
    }

    /** Returns the response body: a problem (RFC 9457) if the hub sent it. */
    public String body() {
        return body;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Returns the id of the channel's newest event if a condition failed. */
    public Optional<String> latest() {
        return Optional.ofNullable(latest);
    }
}
