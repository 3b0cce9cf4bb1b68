package dev.sluice.sense.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Asks a web application over HTTP or HTTPS.
///
/// @param isFollowing     whether it follows redirects
/// @param certificateLeft the certificate must be valid for at least this time; zero: it only has to be valid
public record HttpCheck(
        WebClient client,
        boolean isFollowing,
        HttpRequest request,
        List<Expectation> expectations,
        Duration certificateLeft,
        InstantSource clock)
        implements Check {
    /// The part of a body that is read: enough for a health page.
    public static final int BODY_BYTES_MAX = 256 * 1024;

    public HttpCheck {
        expectations = List.copyOf(expectations);
    }

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        HttpAnswer answer;
        Optional<SSLSession> session;
        try {
            HttpResponse<InputStream> response = client.send(request, isFollowing);
            try (var body = response.body()) {
                byte[] bytes = body.readNBytes(BODY_BYTES_MAX);
                Duration latency = Duration.ofNanos(System.nanoTime() - start);
                String text = new String(bytes, StandardCharsets.UTF_8);
                answer = new HttpAnswer(response.statusCode(), response.headers(), text, latency);
            }
            session = response.sslSession();
        } catch (IOException | RuntimeException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("answer"), Reason.of(failed));
        }
        for (Expectation expectation : expectations) {
            Optional<Failure> failure = expectation.test(answer);
            if (failure.isPresent()) return new Outcome.Failed(failure.get());
        }
        Optional<Failure> expiring = session.flatMap(this::expiring);
        return expiring.isPresent()
                ? new Outcome.Failed(expiring.get())
                : new Outcome.Passed(answer.latency(), String.valueOf(answer.status()));
    }

    private Optional<Failure> expiring(SSLSession session) {
        if (certificateLeft.isZero()) return Optional.empty();
        try {
            Instant end = ((X509Certificate) session.getPeerCertificates()[0])
                    .getNotAfter()
                    .toInstant();
            return Certificates.expiring(end, certificateLeft, clock.instant());
        } catch (SSLPeerUnverifiedException none) {
            return Optional.of(new Failure(Phrase.of("certificate"), Phrase.of("none")));
        }
    }
}
