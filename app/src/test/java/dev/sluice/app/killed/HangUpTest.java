package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGHUP, sent to a process.
final class HangUpTest {
    @Test
    void reloadsTheConfigurationAndDoesNotEndTheHub(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.toml"), "connections_max = 1000");
        // A process below nohup ignores the signal from its start on, and so does the JVM.
        var listening = List.of("env", "--default-signal=HUP");
        try (var hub = new HubProcess(listening, folder.resolve("data"), "--config=" + file)) {
            assertThat(settings(hub)).doesNotContain("\"inForce\"");

            hub.signal("HUP");

            Await.that(() -> settings(hub).contains("\"inForce\":true"));

            for (int i = 1; i <= 40; i++) { // More than it follows: the last one counts.
                Files.writeString(file, "connections_max = " + (1_000 + i));
                hub.signal("HUP");
            }
            Await.that(() -> settings(hub).contains("1040"));
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
