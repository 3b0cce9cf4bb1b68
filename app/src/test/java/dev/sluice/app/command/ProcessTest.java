package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import dev.sluice.core.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program in a separate process: signals, pipes, exit codes.
final class ProcessTest {
    @TempDir
    private Path folder;

    @Test
    void sigtermStopsTheHubCleanlyAndEndsItsStreams() throws Exception {
        var serve =
                start("serve", "--port", "0", "--data", folder.resolve("data").toString());
        try {
            var url = url(serve);
            var sub = start("sub", "news", "--as", "text", "--url", url, "--after", "earliest");
            try {
                assertThat(end(start("pub", "news", "hello", "--url", url))).isZero();
                assertThat(sub.inputReader().read()).isEqualTo('h');

                signal("TERM", serve);

                assertThat(end(serve)).isZero();
                assertThat(end(sub)).isEqualTo(69);
            } finally {
                sub.destroyForcibly();
            }
        } finally {
            serve.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("err-serve"))).isEmpty();
    }

    /// The JVM writes a recording at its end, beside the hub's own end.
    @Test
    void sigtermKeepsAFlightRecording() throws Exception {
        var recording = folder.resolve("hub.jfr");
        var flags = List.of("-Xlog:disable", "-XX:StartFlightRecording=settings=profile,filename=" + recording);
        var serve = start(flags, "serve", "--port", "0", "--memory");
        try {
            url(serve);

            signal("TERM", serve);

            assertThat(end(serve)).isZero();
        } finally {
            serve.destroyForcibly();
        }
        assertThat(recording).isNotEmptyFile();
    }

    @Test
    void ctrlCStopsTheHubWithCode130() throws Exception {
        var serve =
                start("serve", "--port", "0", "--data", folder.resolve("data").toString());
        try {
            url(serve);

            signal("INT", serve);

            assertThat(end(serve)).isEqualTo(130);
        } finally {
            serve.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("err-serve"))).isEmpty();
    }

    @Test
    void endsAQuietSubscriptionSilentlyWhenTheReaderOfItsPipeGoes() throws Exception {
        try (var hub = new TestHub()) {
            var sub = start("sub", "news", "--after", "earliest", "--url", hub.url());
            try {
                Terminal.at(hub).run("pub", "news", "1");
                assertThat(sub.inputReader().readLine()).isEqualTo("1");
                sub.inputReader().close();

                assertThat(end(sub)).isEqualTo(141);
            } finally {
                sub.destroyForcibly();
            }
        }
        assertThat(Files.readString(folder.resolve("err-sub"))).isEmpty();
    }

    @Test
    void controlSequencesOfPublishersAreShownOnATerminalAndPassedOnToAPipe() throws Exception {
        try (var hub = new TestHub()) {
            Terminal.at(hub).run("pub", "news", "a \u001b]0;PWNED\u0007");
            // Said by the launcher.
            assertThat(firstLine(hub, List.of("-Dsluice.stdout.terminal=true"))).isEqualTo("a \\u001b]0;PWNED\\u0007");
            assertThat(firstLine(hub, List.of())).isEqualTo("a \u001b]0;PWNED\u0007");
        }
    }

    /// A single hub has no cost for clusters, whose jars are in a separate folder.
    @Test
    void loadsClassesOfAClusterOnlyWhereOneIsConfigured() throws Exception {
        int port = Ports.free();
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        Files.writeString(folder.resolve("node.toml"), """
                [cluster]
                nodes = ["127.0.0.1:%1$d"]
                node = "127.0.0.1:%1$d"
                token_file = "token"
                """.formatted(port));

        assertThat(classesOf("single")).contains("dev.sluice.app.Main").noneMatch(ProcessTest::isOfCluster);
        assertThat(classesOf("node", "--config=node.toml"))
                .contains("dev.sluice.cluster.ClusterNode")
                .anyMatch(each -> each.startsWith("org.apache.ratis."));
    }

    private static boolean isOfCluster(String name) {
        return Stream.of("dev.sluice.cluster.", "org.apache.ratis.", "org.apache.kafka.")
                .anyMatch(name::startsWith);
    }

    /// The classes that a hub has loaded once it has taken a publish.
    private List<String> classesOf(String data, String... options) throws Exception {
        Path log = folder.resolve(data + ".classes");
        List<String> words = new ArrayList<>(List.of("serve", "--port=0", "--data=" + folder.resolve(data)));
        words.addAll(List.of(options));
        var serve = start(List.of("-Xlog:class+load:file=" + log), words.toArray(String[]::new));
        try {
            assertThat(end(start("pub", "news", "hello", "--url", url(serve)))).isZero();
            signal("TERM", serve);
            assertThat(end(serve)).isZero();
        } finally {
            serve.destroyForcibly();
        }
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*])* *", "").split(" ", 2)[0])
                .toList();
    }

    private String firstLine(TestHub hub, List<String> flags) throws IOException {
        var sub = start(flags, "sub", "news", "--last", "1", "--url", hub.url());
        try {
            return sub.inputReader().readLine();
        } finally {
            sub.destroyForcibly();
        }
    }

    private Process start(String... args) throws IOException {
        return start(List.of(), args);
    }

    private Process start(List<String> flags, String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                "env", // Background jobs of a shell ignore SIGINT, and so do their children.
                "--default-signal=INT"));
        command.addAll(SluiceCommand.withOptions(flags, args));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err-" + args[0]).toFile())
                .start();
    }

    private static String url(Process serve) throws IOException {
        var line = serve.inputReader().readLine();
        return line.substring(line.indexOf("http://"), line.indexOf(','));
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(end(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start()))
                .isZero();
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }
}
