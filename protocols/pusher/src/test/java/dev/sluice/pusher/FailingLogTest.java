package dev.sluice.pusher;

import static dev.sluice.pusher.PusherHub.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A log that is full, or fails to store.
final class FailingLogTest {
    private static final String EVENT = "{\"name\":\"lost\",\"channel\":\"private-x\",\"data\":\"1\"}";

    @Test
    void refuseWhatIsNotStoredAndShowNothingOfIt() throws Exception {
        var log = new FailingLog();
        var server = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        server.port(0);
        try (var hub = PusherHub.on(server, SHOP, "", PusherSettings.standard());
                var alice = hub.connect();
                var bob = hub.connect()) {
            alice.subscribePrivate("private-x");
            bob.subscribePrivate("private-x");
            alice.signIn("alice");
            for (Fault each : List.of(Fault.FULL, Fault.WRITE)) {
                log.fail(each);
                for (String operation : List.of("events", "batch_events", "users/alice/terminate_connections")) {
                    String body = operation.equals("batch_events") ? "{\"batch\":[" + EVENT + "]}" : EVENT;
                    assertThat(hub.post(operation, body).statusCode())
                            .as(each + " " + operation)
                            .isEqualTo(503);
                }
                bob.clientEvent("client-lost", "private-x", 1);
                bob.expect("pusher:error");
            }
            log.fail(null);
            alice.expectNothing();
            hub.trigger("private-x", "stored", "1");
            alice.expect("stored");
            bob.expect("stored");
            assertThat(hub.post("users/alice/terminate_connections", "").statusCode())
                    .isEqualTo(200);
            assertThat(alice.closeCode()).isEqualTo(4009);
        }
    }
}
