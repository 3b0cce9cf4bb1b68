package dev.sluice.sense.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// Sends alerts to a service that takes them over HTTP.
public record HttpNotifier(HttpClient client, Format format) implements Notifier {
    /// A service that takes longer is asked again later.
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final int ANSWER_BYTES_MAX = 4096;

    /// The form in which a service takes messages.
    public interface Format {
        HttpRequest.Builder request(Alert alert);

        /// Returns why the service has not accepted a message, as its answer says; empty if it has. Only asked about
        /// answers with a status of success.
        default Optional<String> refusal(String answer) {
            return Optional.empty();
        }
    }

    @Override
    public Delivery send(Alert alert) throws InterruptedException {
        try {
            var request = format.request(alert).timeout(TIMEOUT).build();
            var response = client.send(request, BodyHandlers.ofInputStream());
            String answer;
            try (var body = response.body()) {
                answer = new String(body.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
            }
            if (response.statusCode() / 100 != 2) return new Delivery.Failed("status " + response.statusCode());
            return format.refusal(answer).<Delivery>map(Delivery.Failed::new).orElseGet(Delivery.Accepted::new);
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            // The message of an exception may have the address, which is a secret with many services.
            return new Delivery.Failed("no answer: " + failed.getClass().getSimpleName());
        }
    }
}
