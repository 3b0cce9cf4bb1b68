package dev.sluice.sense.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Request;

/// Sends a request to a web application over HTTP or HTTPS.
///
/// @param isFollowing     whether the check follows redirects
/// @param certificateLeft the time for which each certificate on the way must remain valid; zero if it must
///                        only be valid now
/// @param timeout         the timeout of a run
public record HttpCheck(
        WebClient client,
        boolean isFollowing,
        Request request,
        List<Expectation> expectations,
        Duration certificateLeft,
        Duration timeout,
        InstantSource clock)
        implements Check {
    /// The maximum number of bytes of a body that are read: enough for large pages, and small enough for many
    /// concurrent runs.
    public static final int BODY_BYTES_MAX = 1 << 20;

    private static final int BUFFER_BYTES = 8192;

    /// Types of content that usually have no end.
    private static final Pattern STREAM =
            Pattern.compile("(text/event-stream|multipart/x-mixed-replace|audio/|video/).*");

    public HttpCheck {
        expectations = List.copyOf(expectations);
    }

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        WebResponse answer;
        List<Certificates.Shown> certificates;
        try (OpenWebResponse received = client.send(request, isFollowing, timeout)) {
            answer = read(received, start);
            certificates = received.certificates();
        } catch (IOException | RuntimeException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("answer"), Reason.of(failed));
        }
        for (Expectation expectation : expectations) {
            Optional<Failure> failure = expectation.test(answer);
            if (failure.isPresent()) return new Outcome.Failed(failure.get());
        }
        Optional<Failure> expiring = certificateLeft.isZero()
                ? Optional.empty()
                : Certificates.expiring(certificates, certificateLeft, clock.instant());
        return expiring.isPresent()
                ? new Outcome.Failed(expiring.get())
                : new Outcome.Passed(answer.latency(), String.valueOf(answer.status()));
    }

    /// Reads the body until it ends, exceeds the limit, or turns out to be a stream.
    private WebResponse read(OpenWebResponse received, long start) throws IOException {
        String type = received.response().header("Content-Type");
        boolean isNeeded = expectations.stream().anyMatch(Expectation::needsBody);
        boolean isStream =
                type != null && STREAM.matcher(type.toLowerCase(Locale.ROOT)).matches();
        var beginning = new ByteArrayOutputStream();
        boolean isWhole = isStream && !isNeeded;
        long most = start + timeout.toNanos() / 2; // A body that is still arriving at half of the timeout is a stream.
        if (!isWhole) {
            InputStream body = received.body();
            byte[] buffer = new byte[BUFFER_BYTES];
            int length = 0;
            while (length < BODY_BYTES_MAX && System.nanoTime() < most) {
                int count = body.read(buffer, 0, Math.min(buffer.length, BODY_BYTES_MAX - length));
                if (count < 0) {
                    isWhole = true;
                    break;
                }
                length += count;
                if (isNeeded) beginning.write(buffer, 0, count);
            }
        }
        Duration latency = Duration.ofNanos(System.nanoTime() - start);
        String text = BodyText.of(beginning.toByteArray(), type);
        return new WebResponse(received.status(), received.response().headers(), text, isWhole, latency);
    }
}
