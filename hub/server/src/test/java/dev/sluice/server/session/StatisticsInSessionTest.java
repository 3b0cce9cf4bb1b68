package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// The statistics of a hub beside other channels in one session.
final class StatisticsInSessionTest {
    @ParameterizedTest
    @EnumSource
    void areASeparateSubscriptionWithSeparateCursors(SessionClient.Form form) {
        try (TestServer server = TestServer.start();
                SessionClient client = SessionClient.open(server, form)) {
            client.expect("welcome");
            client.send("{'op':'subscribe','ref':'both','channels':['$stats','news']}");
            assertThat(client.expect("error").path("problem").path("status").asInt())
                    .isEqualTo(400);
            client.send("{'op':'subscribe','ref':'n','channels':['news']}");
            client.send("{'op':'subscribe','ref':'s','channels':['$stats'],'type':'traffic'}");
            client.next("ok");
            client.next("ok");
            server.publish("news", "goal");
            server.pass(Duration.ofSeconds(20)); // Also a heartbeat is due.
            JsonNode traffic = client.next(each -> each.path("ref").asString().equals("s") && each.has("data"));
            assertThat(traffic.path("data").path("delivered").asInt()).isLessThanOrEqualTo(1);
            server.pass(Duration.ofSeconds(20));
            JsonNode heartbeat = client.next("heartbeat");
            assertThat(heartbeat.path("behind").has("s"))
                    .as(() -> heartbeat.toString())
                    .isTrue();
            assertThat(heartbeat.path("behind").has("n")).isFalse();
            assertThat(heartbeat.path("cursor").asString())
                    .isEqualTo(server.log().head().text());

            client.send(
                    "{'op':'unsubscribe','ref':'s'}",
                    "{'op':'subscribe','ref':'t','channels':['$stats'],'after':'"
                            + traffic.path("id").asString() + "'}");
            JsonNode next = client.next(each -> each.path("ref").asString().equals("t")
                    && !each.path("op").asString().equals("ok"));
            assertThat(next.path("op").asString()).as("no gap").isEqualTo("event");
        }
    }
}
