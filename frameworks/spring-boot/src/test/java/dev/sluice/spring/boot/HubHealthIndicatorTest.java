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
import org.springframework.boot.health.contributor.Status;

final class HubHealthIndicatorTest {
    /// A node that accepts connections and never answers.
    private static ServerSocket silent() throws Exception {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static URI uri(ServerSocket node) {
        return URI.create("http://127.0.0.1:" + node.getLocalPort());
    }

    @Test
    void doesNotWaitForNodesThatAreGone() throws Exception {
        try (var one = silent();
                var other = silent();
                var hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
                var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            var indicator = new HubHealthIndicator(List.of(uri(one), uri(other), hub.uri()), http);

            long beganNs = System.nanoTime();
            var health = indicator.health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry(uri(one).toString(), "no answer");
            // As long as a probe would wait for the two, one after the other.
            assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofMillis(1_800));
        }
    }
}
