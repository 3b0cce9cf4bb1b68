package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// A hub in a process of its own, which prints its address when it listens. Closing it kills it with SIGKILL.
public final class ChildHub implements AutoCloseable {
    private final Process process;
    private final URI uri;

    private ChildHub(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /// Starts a program with the test's class path, and waits until the hub listens.
    public static ChildHub start(Class<?> program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        for (Object each : arguments) command.add(each.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        assertThat(line).as("the hub starts").isNotNull();
        return new ChildHub(process, URI.create(line));
    }

    public URI uri() {
        return uri;
    }

    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
