package dev.sluice.server.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A child process of the test; its standard output is the events it receives.
public final class Child implements ForeignClient.Run {
    private final Process process;
    private final Thread reader;

    private Child(Process process, Function<InputStream, String> output, ReceivedEvents received) {
        this.process = process;
        var errors = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> errors.complete(text(process.getErrorStream())));
        reader = Thread.ofVirtual().start(() -> {
            String how = output.apply(process.getInputStream());
            received.ended(how + ", exit " + process.onExit().join().exitValue() + " " + errors.join());
        });
    }

    /// @param output reads the process's whole output, and returns how it ended
    public static Child start(List<String> command, Function<InputStream, String> output, ReceivedEvents received) {
        try {
            Process process = new ProcessBuilder(command).start();
            return new Child(process, output, received);
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

    /// Writes a line to the process's standard input.
    @Override
    public void send(String message) {
        try {
            process.outputWriter().append(message).append('\n').flush();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
            reader.join();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
