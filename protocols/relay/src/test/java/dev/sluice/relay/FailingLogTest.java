package dev.sluice.relay;

import static dev.sluice.relay.RelayHub.ask;
import static dev.sluice.relay.RelayHub.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.core.log.Log;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import org.junit.jupiter.api.Test;

/// A log that fails while the relay uses it.
final class FailingLogTest {
    private static Sluice on(Log log, StubProvider provider) {
        return started(EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN), provider);
    }

    @Test
    void passesARefusalOnWhoseAnswerCannotBeDeleted() throws Exception {
        var log = new FailingLog();
        log.fail(Fault.DELETE);
        try (var provider = new StubProvider(call -> call.refuse(429, "slow down"));
                Sluice hub = on(log, provider)) {
            var refused = ask(hub);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).isEqualTo("slow down");
        }
    }
}
