package dev.sluice.client.http;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The hub, or something before it, said no: for good, or for now. */
public final class RefusalException extends Exception {
    private static final long serialVersionUID = 1;

    /** A problem is some hundred bytes; a proxy's error page may be more, and says nothing. */
    private static final int BODY_BYTES_MAX = 64 * 1024;

    private final int status;
    private final boolean passing;
    private final boolean fromHub;
    private final String body;
    private final @Nullable Duration retryAfter;
    private final @Nullable String latest;

    private RefusalException(
            int status,
            boolean passing,
            boolean fromHub,
            String body,
            @Nullable Duration retryAfter,
            @Nullable String latest) {
        super("status " + status);
        this.status = status;
        this.passing = passing;
        this.fromHub = fromHub;
        this.body = body;
        this.retryAfter = retryAfter;
        this.latest = latest;
    }

    /** Reads the rest of an answer that is no success. */
    public static RefusalException read(Answer answer, Waiting waiting, Duration silenceMax)
            throws IOException, InterruptedException {
        String body;
        try {
            body = new String(answer.body().readAll(BODY_BYTES_MAX, silenceMax), StandardCharsets.UTF_8);
        } catch (TooLongException reason) {
            body = "";
        }
        var elsewhere = answer.header("Location")
                .filter(location -> answer.status() / 100 == 3)
                .map(location -> "This address has moved to " + location);
        return answered(answer.status(), answer.headers(), elsewhere.orElse(body), waiting.now());
    }

    public static RefusalException answered(int status, HttpHeaders headers, String body, Instant now) {
        return new RefusalException(
                status,
                isPassing(status),
                MediaTypes.isA(headers.firstValue("Content-Type").orElse(""), "application/problem+json"),
                body,
                headers.firstValue("Retry-After")
                        .flatMap(value -> RetryAfter.parse(value, now))
                        .orElse(null),
                headers.firstValue("Sluice-Latest").orElse(null));
    }

    /** A refusal that came in a stream's own words. */
    public static RefusalException said(int status, boolean passing, String body, @Nullable Duration retryAfter) {
        return new RefusalException(status, passing, true, body, retryAfter, null);
    }

    /**
     * Whether asking the same again may help: too slow, too early, too much, or trouble behind the door. Of the 5xx, what
     * is not implemented stays so (RFC 9110 §15.6.2 and §15.6.6).
     */
    public static boolean isPassing(int status) {
        return switch (status) {
            case 408, 425, 429 -> true;
            case 501, 505 -> false;
            default -> status >= 500;
        };
    }

    public int status() {
        return status;
    }

    public boolean isPassing() {
        return passing;
    }

    /** Whether the hub itself refused, with a problem (RFC 9457) or on its stream; else something in front of it did. */
    public boolean isFromHub() {
        return fromHub;
    }

    /**
     * Whether to ask again: the refusal is passing, or a hub is known to be there and this is another's page, as a captive
     * portal shows. A request that is too large stays so, whoever refuses it.
     */
    public boolean isWorthRetrying(boolean isHubKnown) {
        boolean isAboutSize = status == 413 || status == 414 || status == 431;
        return passing || (isHubKnown && !fromHub && !isAboutSize);
    }

    /** A problem (RFC 9457) if the hub wrote it, else whatever came. */
    public String body() {
        return body;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The channel's newest event, where a condition failed. */
    public Optional<String> latest() {
        return Optional.ofNullable(latest);
    }
}
