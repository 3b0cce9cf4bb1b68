package dev.sluice.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another process, mostly one that publishes.
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private Child(Process process) {
        this.process = process;
        lines = process.inputReader();
    }

    /// @param shell what comes before the program: a limit, a file system; `exec "$@"` at its end
    static Child start(String shell, Path folder, Sync sync, int threads, int dataBytes, long reserveBytes, String name)
            throws IOException {
        return start(
                shell,
                Publishing.class,
                folder.toString(),
                sync.name(),
                Integer.toString(threads),
                Integer.toString(dataBytes),
                Long.toString(reserveBytes),
                name);
    }

    /// The same with another program.
    static Child start(String shell, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (shell != null) command.addAll(List.of("sh", "-c", shell, "sh"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(List.of(arguments));
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// The next line; null at the end.
    String line() throws IOException {
        return lines.readLine();
    }

    /// kill -9, and everything that it said before.
    List<String> kill() throws IOException, InterruptedException {
        process.toHandle().destroyForcibly(); // The process itself would close its stream, and with it what it said.
        return rest();
    }

    List<String> rest() throws IOException, InterruptedException {
        List<String> rest = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) rest.add(line);
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the child does not end");
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
