package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A session whose client publishes more than it may.
final class SessionLimitTest {
    private static TestServer server() {
        LimitSettings defaults = LimitSettings.DEFAULTS;
        var limits = new LimitSettings(
                100,
                0,
                defaults.connections(),
                defaults.requests(),
                RateLimit.perSecond("limits.publishes_per_second", 1),
                defaults.publishBytes(),
                defaults.authFailures(),
                defaults.callerShare(),
                Duration.ofMinutes(1));
        return TestServer.start(
                TestServer.settings(2).toBuilder().limits(limits).build());
    }

    private static JsonNode publish(SessionClient client, int ref) {
        client.send("{'op':'publish','ref':%d,'channel':'a','data':'x'}".formatted(ref));
        return client.next(each -> each.path("ref").asInt() == ref);
    }

    @ParameterizedTest
    @EnumSource
    void answersWithARetryableErrorAndContinues(SessionClient.Form form) {
        try (TestServer server = server();
                SessionClient client = SessionClient.open(server, form)) {
            for (int i = 1; i <= 5; i++)
                assertThat(publish(client, i).path("op").asString()).isEqualTo("ok");
            JsonNode refused = publish(client, 6);
            assertThat(refused.path("op").asString()).isEqualTo("error");
            assertThat(refused.path("retry").asBoolean()).isTrue();
            assertThat(refused.path("problem").path("status").asInt()).isEqualTo(429);
            assertThat(refused.path("problem").path("detail").asString()).contains("limits.publishes_per_second");
            server.pass(Duration.ofSeconds(1));
            assertThat(publish(client, 7).path("op").asString()).isEqualTo("ok");
        }
    }
}
