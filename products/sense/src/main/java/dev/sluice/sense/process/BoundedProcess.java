package dev.sluice.sense.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs a program to its end, with a limit on its output. If the thread is interrupted, the program and all
/// its child processes are killed.
///
/// A child may outlive the program and hold the output open. It is not waited for: the output is what arrived
/// until the program ended.
public final class BoundedProcess {
    /// The maximum output that is kept. The rest is read and dropped, because a full pipe would block the
    /// program.
    public static final int OUTPUT_BYTES_MAX = 16 * 1024;

    /// The interval at which the output is polled: a blocking read can't be interrupted and occupies a
    /// carrier thread of the virtual threads.
    private static final Duration POLL = Duration.ofMillis(10);

    /// The time within which the output that is left in the pipe at the program's end is read.
    private static final Duration REST = Duration.ofSeconds(1);

    /// The result of a program.
    ///
    /// @param output standard output and standard error together
    public record Result(int exitCode, String output) {}

    private BoundedProcess() {}

    /// Runs a program to its end.
    ///
    /// @param environment added to the environment of this process
    /// @param input       written to standard input
    /// @throws IOException if the program can't be started
    public static Result run(List<String> arguments, Map<String, String> environment, String input)
            throws IOException, InterruptedException {
        return run(arguments, environment, input, Duration.ofDays(1)).orElseThrow();
    }

    /// Runs a program with a timeout.
    ///
    /// @param timeout the time after which the program is killed
    /// @return empty if the timeout was reached
    public static Optional<Result> run(
            List<String> arguments, Map<String, String> environment, String input, Duration timeout)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            Thread.ofVirtual().name("sense process input").start(() -> write(process, input));
            var output = new Output();
            InputStream out = process.getInputStream();
            while (process.isAlive()) {
                if (System.nanoTime() - start >= timeout.toNanos()) return Optional.empty();
                if (!output.readAvailable(out)) process.waitFor(POLL);
            }
            Thread.ofPlatform()
                    .daemon()
                    .name("sense process output")
                    .start(() -> output.readRest(out))
                    .join(REST);
            return Optional.of(new Result(process.exitValue(), output.text()));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(Process process, String input) {
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unread) {
            return; // A program need not read its input; its exit code shows whether it succeeded.
        }
    }

    /// The beginning of the program's output.
    private static final class Output {
        private final byte[] kept = new byte[OUTPUT_BYTES_MAX];
        private int length;

        /// Reads without blocking.
        ///
        /// @return false if nothing is available now
        boolean readAvailable(InputStream out) {
            try {
                int available = out.available();
                return available > 0 && read(out, Math.min(available, OUTPUT_BYTES_MAX));
            } catch (IOException replaced) { // The program has just ended.
                return false;
            }
        }

        /// Reads to the end, which may block because of a child of the program.
        void readRest(InputStream out) {
            int attempts = 0;
            while (attempts++ < 2 && !readAll(out)) {}
        }

        /// @return false if the JDK has replaced the stream by one with the remaining output, as it does when
        ///     a program ends
        private boolean readAll(InputStream out) {
            try {
                while (read(out, OUTPUT_BYTES_MAX)) {}
                return true;
            } catch (IOException replaced) {
                return false;
            }
        }

        private boolean read(InputStream out, int max) throws IOException {
            byte[] bytes = new byte[max];
            int count = out.read(bytes);
            if (count > 0) add(bytes, count);
            return count > 0;
        }

        private synchronized void add(byte[] bytes, int count) {
            int added = Math.min(count, kept.length - length);
            System.arraycopy(bytes, 0, kept, length, added);
            length += added;
        }

        synchronized String text() {
            return new String(kept, 0, length, StandardCharsets.UTF_8).strip();
        }
    }
}
