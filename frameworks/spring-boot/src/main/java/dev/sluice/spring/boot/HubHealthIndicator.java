package dev.sluice.spring.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Reports the hub as up if one of its nodes answers `/readyz` with 200.
final class HubHealthIndicator extends AbstractHealthIndicator {
    /// A probe of Kubernetes waits for one second by default.
    private static final Duration ANSWER_MAX = Duration.ofMillis(900);

    private final List<URI> addresses;
    private final HttpClient client;

    HubHealthIndicator(List<URI> addresses, HttpClient client) {
        super("The hub does not answer");
        this.addresses = addresses;
        this.client = client;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws InterruptedException {
        builder.down();
        for (var address : addresses) {
            if (isReady(builder, address)) {
                builder.up();
                return;
            }
        }
    }

    private boolean isReady(Health.Builder builder, URI address) throws InterruptedException {
        var url = address.toString();
        var ready = URI.create((url.endsWith("/") ? url : url + "/") + "readyz");
        try {
            var request = HttpRequest.newBuilder(ready).timeout(ANSWER_MAX).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            builder.withDetail(url, answer.statusCode() == 200 ? "ready" : answer.statusCode() + " " + answer.body());
            return answer.statusCode() == 200;
        } catch (IOException unreachable) {
            builder.withDetail(url, String.valueOf(unreachable.getMessage()));
            return false;
        }
    }
}
