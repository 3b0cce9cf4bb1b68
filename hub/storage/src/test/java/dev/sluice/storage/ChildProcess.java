package dev.sluice.storage;

import dev.sluice.storage.folder.Sync;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A child process, usually [PublishingProgram].
public final class ChildProcess implements AutoCloseable {
    /// The options of the tests' own JVM, for all processes that tests start.
    private static final List<String> COMPILERS = Stream.of(
                    System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();

    private final Process process;
    private final BufferedReader lines;

    private ChildProcess(Process process) {
        this.process = process;
        lines = process.inputReader();
    }

    /// @param shell a script that sets up a limit or a file system, then runs `exec "$@"`
    /// @param more further arguments
    public static ChildProcess start(
            String shell,
            Path folder,
            Sync sync,
            int threads,
            int dataBytes,
            long reserveBytes,
            String name,
            String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                folder.toString(),
                sync.name(),
                Integer.toString(threads),
                Integer.toString(dataBytes),
                Long.toString(reserveBytes),
                name));
        arguments.addAll(List.of(more));
        return start(shell, PublishingProgram.class, arguments.toArray(String[]::new));
    }

    /// Starts another program.
    static ChildProcess start(String shell, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (shell != null) command.addAll(List.of("sh", "-c", shell, "sh"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC"));
        command.addAll(COMPILERS);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ChildProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// The next line of output; null at the end.
    public String line() throws IOException {
        return lines.readLine();
    }

    /// Kills the process with SIGKILL.
    ///
    /// @return the remaining output
    public List<String> kill() throws IOException, InterruptedException {
        process.toHandle().destroyForcibly(); // Not process.destroyForcibly(): it also closes the stream.
        return rest();
    }

    List<String> rest() throws IOException, InterruptedException {
        List<String> rest = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) rest.add(line);
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the child process did not end");
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
