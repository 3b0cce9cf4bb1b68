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

/// Sends alerts to a service over HTTP.
///
/// @param client a client whose calls have a timeout
public record HttpNotifier(WebClient client, Format format, InstantSource clock) implements Notifier {
    private static final int ANSWER_BYTES_MAX = 4096;

    /// The statuses that concern the message; others concern the address or the service.
    private static final Set<Integer> REFUSALS = Set.of(400, 413, 422);

    /// The message format of a service.
    public interface Format {
        Request.Builder request(Alert alert);

        /// Returns true if people read the messages as they are sent.
        default boolean isForPeople() {
            return true;
        }

        /// Returns why the service has not accepted a message according to its response; empty if it has.
        /// Called only for responses with a status of success. A format for which the status is enough does
        /// not read the body, which may never end.
        default Optional<Delivery.Failed> refusal(Answer answer) throws IOException {
            return Optional.empty();
        }
    }

    /// The body of a response.
    @FunctionalInterface
    public interface Answer {
        /// Reads the beginning of the body. Call it once.
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
