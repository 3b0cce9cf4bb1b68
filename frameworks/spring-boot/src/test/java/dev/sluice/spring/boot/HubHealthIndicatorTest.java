package dev.sluice.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Status;

final class HubHealthIndicatorTest {
    /// A node that accepts connections and never answers.
    private static ServerSocket silent() throws Exception {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static URI uri(ServerSocket node) {
        return URI.create("http://127.0.0.1:" + node.getLocalPort());
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @Test
    @Timeout(600)
    void doesNotWaitForNodesThatAreGone() throws Exception {
        try (var one = silent();
                var other = silent();
                var hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                var http = client()) {
            var health =
                    new HubHealthIndicator(List.of(uri(one), uri(other), hub.uri()), http, Duration.ofDays(1)).health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry(uri(one).toString(), "not waited for")
                    .containsEntry(uri(other).toString(), "not waited for");
            http.shutdownNow();
        }
    }

    @Test
    void isDownIfNoNodeAnswersInTime() throws Exception {
        try (var node = silent();
                var http = client()) {
            var health = new HubHealthIndicator(List.of(uri(node)), http, Duration.ofMillis(1)).health();

            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails()).containsEntry(uri(node).toString(), "no answer");
        }
    }
}
