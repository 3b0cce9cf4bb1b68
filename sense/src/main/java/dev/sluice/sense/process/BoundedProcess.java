package dev.sluice.sense.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program that is run to its end, with a limit for its output. If the thread is interrupted, the program and all
/// that it has started are killed.
public final class BoundedProcess {
    /// The part of the output that is kept. The rest is read and dropped, because a full pipe would stop the program.
    public static final int OUTPUT_BYTES_MAX = 16 * 1024;

    /// Its end.
    ///
    /// @param output of both streams
    public record Result(int exitCode, String output) {}

    private BoundedProcess() {}

    /// Runs a program to its end.
    ///
    /// @param environment added to that of this process
    /// @param input       written to its standard input
    /// @throws IOException if it can't be started
    public static Result run(List<String> arguments, Map<String, String> environment, String input)
            throws IOException, InterruptedException {
        return run(arguments, environment, input, Duration.ofDays(1)).orElseThrow();
    }

    /// Runs a program.
    ///
    /// @param timeout after which it is killed
    /// @return empty if its time was over
    public static Optional<Result> run(
            List<String> arguments, Map<String, String> environment, String input, Duration timeout)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(arguments).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            var output = new FutureTask<>(() -> read(process));
            Thread.ofVirtual().name("sense process output").start(output);
            Thread.ofVirtual().name("sense process input").start(() -> write(process, input));
            if (!process.waitFor(timeout)) return Optional.empty();
            // A child of the program may hold the output open after its end.
            return Optional.of(new Result(process.exitValue(), output.get(timeout.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            throw new IOException("its output can't be read: " + failed.getCause(), failed);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(Process process, String input) {
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unread) {
            return; // A program need not read its input; its exit code tells whether it is content.
        }
    }

    private static String read(Process process) throws IOException {
        try (var out = process.getInputStream()) {
            byte[] kept = out.readNBytes(OUTPUT_BYTES_MAX);
            while (out.read(new byte[OUTPUT_BYTES_MAX]) >= 0) {} // Dropped.
            return new String(kept, StandardCharsets.UTF_8).strip();
        }
    }
}
