package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.CommandContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A command running on its own thread; closing it interrupts it, as Ctrl-C would.
public final class Running implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile(" at (https?://[^\\s,]+)");
    private static final Duration TIME_MAX = Duration.ofSeconds(120);

    private final Captured out = new Captured();
    private final Captured err = new Captured();
    private final Thread thread;
    private volatile int exitCode = -1;

    /// Captured output that a test can wait for.
    private static final class Captured extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable String failure;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] data, int offset, int length) throws IOException {
            if (failure != null) throw new IOException(failure);
            bytes.write(data, offset, length);
            notifyAll();
        }

        synchronized void failWith(String reason) {
            failure = reason;
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        synchronized void wake() {
            notifyAll();
        }

        synchronized String await(Predicate<String> isComplete, Thread writer) throws InterruptedException {
            long endMs = System.nanoTime() / 1_000_000 + TIME_MAX.toMillis();
            while (!isComplete.test(text())) {
                long remainingMs = endMs - System.nanoTime() / 1_000_000;
                if (remainingMs <= 0 || !writer.isAlive()) break;
                wait(Math.min(remainingMs, 100)); // The command may end without output.
            }
            return text();
        }
    }

    Running(Terminal terminal, boolean isTyping, InputStream in, String... args) {
        var context = new CommandContext(in, out, err, terminal.environment(), terminal.folder(), isTyping, gone -> {});
        thread = Thread.ofPlatform()
                .name("sluice " + String.join(" ", args))
                .daemon()
                .start(() -> {
                    exitCode = RootCommand.run(context, args);
                    out.wake();
                });
    }

    /// Waits until the output begins with a text; more may follow.
    public Running awaitOut(String beginning) {
        return await(out, text -> text.startsWith(beginning), beginning);
    }

    /// Waits until standard error contains a text.
    public Running awaitErr(String part) {
        return await(err, text -> text.contains(part), part);
    }

    private Running await(Captured captured, Predicate<String> isComplete, String expected) {
        try {
            var text = captured.await(isComplete, thread);
            assertThat(isComplete.test(text))
                    .as("'%s' is there in: %s%nand on standard error: %s", expected, text, err.text())
                    .isTrue();
            return this;
        } catch (InterruptedException reason) {
            throw new AssertionError(reason);
        }
    }

    /// The first line of the output.
    public String firstLine() {
        await(out, text -> text.contains("\n"), "a line");
        return out.text().lines().findFirst().orElseThrow();
    }

    /// The address in the first line of `serve`.
    public String url() {
        var address = ADDRESS.matcher(firstLine());
        assertThat(address.find()).as(firstLine()).isTrue();
        return address.group(1);
    }

    /// Makes every further write to the output fail with a message, as the JDK would.
    void failOutputWith(String reason) {
        out.failWith(reason);
    }

    public Terminal.Ended awaitEnd() {
        try {
            thread.join(TIME_MAX);
            assertThat(thread.isAlive())
                    .as("'%s' is still running, its output: %s%s", thread.getName(), out.text(), err.text())
                    .isFalse();
            return new Terminal.Ended(exitCode, out.text(), err.text());
        } catch (InterruptedException reason) {
            throw new AssertionError(reason);
        }
    }

    public Terminal.Ended interrupt() {
        thread.interrupt();
        return awaitEnd();
    }

    @Override
    public void close() {
        if (thread.isAlive()) interrupt();
    }
}
