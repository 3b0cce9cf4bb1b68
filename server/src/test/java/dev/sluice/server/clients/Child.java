package dev.sluice.server.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A program that runs beside the test and writes to its standard output what it gets.
public final class Child implements ForeignClient.Run {
    private final Process process;
    private final Thread reader;

    private Child(Process process, Function<InputStream, String> output, Seen seen) {
        this.process = process;
        var complaints = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> complaints.complete(text(process.getErrorStream())));
        reader = Thread.ofVirtual().start(() -> {
            String how = output.apply(process.getInputStream());
            seen.ended(how + ", exit " + process.onExit().join().exitValue() + " " + complaints.join());
        });
    }

    /// @param output reads all that the program writes, and says how that ended
    public static Child start(List<String> command, Function<InputStream, String> output, Seen seen) {
        try {
            Process process = new ProcessBuilder(command).start();
            return new Child(process, output, seen);
        } catch (IOException missing) {
            throw new AssertionError(
                    "can't start " + command.getFirst() + "; ./check installs what tests need", missing);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            return broken.toString();
        }
    }

    /// Writes a line to its standard input.
    @Override
    public void send(String message) {
        try {
            process.outputWriter().append(message).append('\n').flush();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
            reader.join();
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
