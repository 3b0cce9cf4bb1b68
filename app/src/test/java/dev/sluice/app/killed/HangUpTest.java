package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
            assertThat(settings(hub.url())).doesNotContain("\"inForce\"");

            hub.signal("HUP");

            Await.that(() -> settings(hub.url()).contains("\"inForce\":true"));

            for (int i = 1; i <= 40; i++) { // More than it follows: the last one counts.
                Files.writeString(file, "connections_max = " + (1_000 + i));
                hub.signal("HUP");
            }
            Await.that(() -> settings(hub.url()).contains("1040"));
        }
    }

    /// A node waits for the others.
    @Test
    void doesNotEndAHubThatIsStartingWhichReloadsOnceItHasStarted(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        var nodes = List.of("127.0.0.1:" + Ports.inARow(6), "127.0.0.1:" + Ports.inARow(6));
        int port = Ports.free();
        List<Process> started = new ArrayList<>();
        try {
            started.add(start(folder, nodes, 0, port));
            Await.that(Duration.ofSeconds(120), () -> isListening(port), () -> "it does not listen");
            var kill = new ProcessBuilder(
                    "kill", "-HUP", Long.toString(started.getFirst().pid()));
            assertThat(kill.start().waitFor()).isZero();

            started.add(start(folder, nodes, 1, Ports.free()));

            Await.that(Duration.ofSeconds(120), () -> isReloaded(port), () -> "it did not reload");
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(Path folder, List<String> nodes, int node, int port) throws IOException {
        Path file = Files.writeString(folder.resolve("node-" + node + ".toml"), """
                        [cluster]
                        nodes = ["%s", "%s"]
                        node = "%s"
                        token_file = "%s"
                        """.formatted(
                        nodes.getFirst(), nodes.getLast(), nodes.get(node), folder.resolve("token")));
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        words.addAll(SluiceCommand.of(
                "serve", "--port=" + port, "--config=" + file, "--data=" + folder.resolve("node-" + node)));
        return new ProcessBuilder(words)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static boolean isListening(int port) {
        try (var _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException _) {
            return false; // Not yet.
        }
    }

    private static boolean isReloaded(int port) {
        try {
            return settings("http://127.0.0.1:" + port).contains("\"inForce\":true");
        } catch (UncheckedIOException _) {
            return false; // Not yet.
        }
    }

    private static String settings(String url) {
        try (var answer = URI.create(url + "/settings").toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
