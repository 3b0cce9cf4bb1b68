package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.check.Reason;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Sends alerts to a service that takes them over HTTP.
public record HttpNotifier(HttpClient client, Format format, InstantSource clock) implements Notifier {
    /// A service that takes longer to begin its answer is asked again later.
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final int ANSWER_BYTES_MAX = 4096;

    /// The form in which a service takes messages.
    public interface Format {
        HttpRequest.Builder request(Alert alert);

        /// Returns whether people read the messages as they are.
        default boolean isForPeople() {
            return true;
        }

        /// Returns why the service has not accepted a message, as its answer says; empty if it has. Only asked about
        /// answers with a status of success. If that is enough, the body is not read: it may never end.
        default Optional<String> refusal(Answer answer) throws IOException {
            return Optional.empty();
        }
    }

    /// The body of an answer.
    @FunctionalInterface
    public interface Answer {
        /// Reads its beginning.
        String text() throws IOException;
    }

    @Override
    public boolean isForPeople() {
        return format.isForPeople();
    }

    @Override
    public Delivery send(Alert alert) throws InterruptedException {
        try {
            var request = format.request(alert).timeout(TIMEOUT).build();
            var response = client.send(request, BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                Answer answer = () -> new String(body.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
                int status = response.statusCode();
                boolean isBusy = status == 429 || status == 503;
                Duration retryAfter = isBusy ? RetryAfter.of(response.headers(), answer.text(), clock) : Duration.ZERO;
                if (status / 100 != 2)
                    return new Delivery.Failed(Phrase.of("status", String.valueOf(status)), retryAfter);
                return format.refusal(answer)
                        .<Delivery>map(refusal -> new Delivery.Failed(Phrase.text(refusal)))
                        .orElseGet(Delivery.Accepted::new);
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return new Delivery.Failed(Reason.ofSecret(failed));
        }
    }
}
