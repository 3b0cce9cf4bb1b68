package dev.sluice.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A program in a root of its own, and its output.
final class RunningProgram implements AutoCloseable {
    private static final Duration TIME_MAX = Duration.ofMinutes(2);
    private static final String END = "(the end of the output)";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private RunningProgram(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> collect(process.inputReader()));
    }

    /// A port that nothing uses, below those that the system gives to connections until a program starts.
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // It is in use.
            }
        }
    }

    static RunningProgram start(List<String> command) throws IOException {
        return new RunningProgram(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start());
    }

    private void collect(BufferedReader output) {
        try (output) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException closed) {
            lines.add(closed.toString());
        }
        lines.add(END);
    }

    /// Waits for a line with this text, and returns it.
    String await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TIME_MAX.toNanos();
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) throw new AssertionError("no '" + text + "' in " + seen);
            seen.add(line);
            if (line.contains(text)) return line;
        }
    }

    /// The first process of its namespaces, as its number is outside of them. Waits until it is there.
    ProcessHandle first() throws InterruptedException {
        while (process.isAlive()) {
            Optional<ProcessHandle> child = process.children().findFirst();
            if (child.isPresent()) return child.get();
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("it ended: " + seen);
    }

    /// Runs a command beside the program, in its root and as its user, as `exec` of a container does.
    Command.Ended exec(String user, List<String> variables, String... words) throws Exception {
        String[] ids = user.split(":");
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        command.addAll(variables);
        command.addAll(List.of("/usr/bin/nsenter", "--target", Long.toString(first().pid())));
        command.addAll(List.of("--mount", "--pid", "--net", "--ipc", "--uts", "--root", "--wd"));
        command.addAll(List.of("--setuid", ids[0], "--setgid", ids[1]));
        command.addAll(List.of(words));
        return Command.run(Path.of("/"), TIME_MAX, Map.of(), command);
    }

    /// Sends SIGTERM to the first process, and waits for its end.
    ///
    /// @return its exit code
    int terminate(Duration timeMax) throws InterruptedException {
        first().destroy();
        if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it still runs " + timeMax + " after SIGTERM: " + seen);
        }
        return process.exitValue();
    }

    /// Sends SIGTERM to a program without namespaces, and returns the time until its end.
    Duration stop() throws InterruptedException {
        long beganNs = System.nanoTime();
        process.toHandle().destroy();
        end();
        return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    /// Waits for the end of a program that ends by itself.
    int end() throws InterruptedException {
        if (!process.waitFor(TIME_MAX.toSeconds(), TimeUnit.SECONDS))
            throw new AssertionError("it still runs: " + seen);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
