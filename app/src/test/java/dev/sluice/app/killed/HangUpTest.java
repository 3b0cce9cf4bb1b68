package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGHUP, sent to a process.
final class HangUpTest {
    @Test
    void reloadsTheConfigurationAndDoesNotEndTheHub(@TempDir Path folder) throws Exception {
        try (var hub = new HubProcess(folder, "interval")) {
            assertThat(settings(hub)).doesNotContain("\"inForce\"");

            hub.hangUp();

            Await.that(() -> settings(hub).contains("\"inForce\":true"));
        }
    }

    private static String settings(HubProcess hub) {
        try (var answer = URI.create(hub.url() + "/settings").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
