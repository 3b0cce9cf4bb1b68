package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.identity.StaticKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice drain`, against a hub with a reader.
final class DrainTest {
    @TempDir
    private Path folder;

    @Test
    void endsTheHubAndWaitsForItsEnd() throws IOException {
        String ops = StaticKeys.generate("ops", new SecureRandom());
        Files.writeString(folder.resolve("sluice.toml"), """
                key = [{ kid = "ops", hash = "%s", admin = true }]
                grant = [{ to = "anyone", publish = ["news"], subscribe = ["news"] }]
                """.formatted(StaticKeys.hash(ops)));
        var here = new Terminal(folder, Map.of());
        try (var serve = here.start("serve", "--port", "0", "--memory")) {
            var there = new Terminal(folder, Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", ops));
            there.run("pub", "news", "goal");
            try (var sub = there.start("sub", "news", "--last", "1")) {
                sub.awaitOut("goal");
                var drained = there.run("drain", "--over", "1s");
                assertThat(drained.err()).isEmpty();
                assertThat(drained.exitCode()).isZero();
                assertThat(drained.out()).isEqualTo("{\"readers\":1,\"seconds\":1}\n");
                assertThat(serve.awaitEnd().exitCode()).isZero();
                sub.interrupt();
            }
        }
        assertThat(here.run("drain", "--url", "http://127.0.0.1:1").exitCode()).isEqualTo(69);
    }

    @Test
    void namesTheWaysToStopAHubWithoutKeysWhereItMayNotBeDrained() {
        var here = new Terminal(folder, Map.of());
        try (var serve = here.start("serve", "--port", "0", "--memory")) {
            var refused = here.run("drain", "--url", serve.url());
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("admin_port", "SIGTERM");
        }
    }
}
