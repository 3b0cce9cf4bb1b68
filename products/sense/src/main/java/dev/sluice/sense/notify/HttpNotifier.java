package dev.sluice.sense.notify;

import dev.sluice.sense.check.OpenWebResponse;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.check.Reason;
import dev.sluice.sense.check.WebClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import okhttp3.Request;

/// Sends alerts to a service that takes them over HTTP.
///
/// @param client whose calls end by themselves
public record HttpNotifier(WebClient client, Format format, InstantSource clock) implements Notifier {
    private static final int ANSWER_BYTES_MAX = 4096;

    /// The statuses that are about the message; others are about the address or the service.
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);

    /// The form in which a service takes messages.
    public interface Format {
        Request.Builder request(Alert alert);

        /// Returns whether people read the messages as they are.
        default boolean isForPeople() {
            return true;
        }

        /// Returns why the service has not accepted a message, as its answer says; empty if it has. Only asked about
        /// answers with a status of success. If that is enough, the body is not read: it may never end.
        default Optional<Delivery.Failed> refusal(Answer answer) throws IOException {
            return Optional.empty();
        }
    }

    /// The body of an answer.
    @FunctionalInterface
    public interface Answer {
        /// Reads its beginning. Call it once.
        String text() throws IOException;
    }

    @Override
    public boolean isForPeople() {
        return format.isForPeople();
    }

    @Override
    public Delivery send(Alert alert) throws InterruptedException {
        try (OpenWebResponse answer = client.send(format.request(alert).build(), false, WebClient.ALERT_TIMEOUT)) {
            Answer body = () -> new String(answer.body().readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
            int status = answer.status();
            if (status / 100 != 2) {
                boolean isBusy = status == 429 || status == 503;
                String header = answer.response().header("Retry-After");
                Duration retryAfter = isBusy ? RetryAfter.of(header, body, clock) : Duration.ZERO;
                Phrase problem = Phrase.of("status", String.valueOf(status));
                return new Delivery.Failed(problem, retryAfter, REFUSALS.contains(status));
            }
            return format.refusal(body).<Delivery>map(refusal -> refusal).orElseGet(Delivery.Accepted::new);
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return new Delivery.Failed(Reason.ofSecret(failed));
        }
    }
}
