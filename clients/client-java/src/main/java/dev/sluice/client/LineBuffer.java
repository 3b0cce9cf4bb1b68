package dev.sluice.client;

import dev.sluice.client.http.Monitor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded buffer of lines between the thread that reads them and the thread that
 * sends them; it blocks a source that is faster than the hub. Lines are sent in
 * blocks: each request carries the lines that were read during the previous request.
 */
final class LineBuffer {
    /** A block is retried as a whole, so its size is limited. */
    private static final int BLOCK_LINES_MAX = 1_000;

    private static final int BLOCK_BYTES_MAX = 256 * 1024;
    private static final int BYTES_MAX = 4 * BLOCK_BYTES_MAX;
    private static final Duration WAIT_MAX = Duration.ofDays(1);

    /**
     * The lines of one request.
     *
     * @param body  the lines, each followed by LF
     * @param lines the number of lines; 0 only at the end
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Block(byte[] body, int lines) {}

    private final Monitor monitor;
    private final boolean isFullOnly;
    private final Queue<byte[]> lines = new ArrayDeque<>();
    private int bytes;
    private boolean isEnded;
    private @Nullable RuntimeException failure;

    /** @param isFullOnly true to send only full blocks, so that the block boundaries depend on the lines alone */
    LineBuffer(Monitor monitor, boolean isFullOnly) {
        this.monitor = monitor;
        this.isFullOnly = isFullOnly;
    }

    /** Adds a line. Blocks while the buffer is full. Empty lines are skipped: they are not events. */
    void add(byte[] line) throws InterruptedException {
        if (line.length == 0) return;
        // Below a full block take() may be waiting for this line, however long it is.
        await(() -> (bytes < BLOCK_BYTES_MAX || bytes + line.length + 1 <= BYTES_MAX) ? true : null);
        monitor.change(() -> {
            lines.add(line);
            bytes += line.length + 1;
        });
    }

    /** Marks the end of the lines. */
    void end() {
        monitor.change(() -> isEnded = true);
    }

    /** Marks the end of the lines because of a failure, which {@link #take} throws after the last line. */
    void fail(RuntimeException reason) {
        monitor.change(() -> {
            failure = reason;
            isEnded = true;
        });
    }

    /**
     * Blocks until a block is ready.
     *
     * @return a block without lines at the end
     */
    Block take() throws InterruptedException {
        return await(() -> {
            boolean isFull = lines.size() >= BLOCK_LINES_MAX || bytes >= BLOCK_BYTES_MAX;
            boolean isReady = isFull || isEnded || (!isFullOnly && !lines.isEmpty());
            return isReady ? removeBlock() : null;
        });
    }

    private Block removeBlock() {
        if (lines.isEmpty() && failure != null) throw failure;
        var body = new ByteArrayOutputStream();
        int count = 0;
        while (count < BLOCK_LINES_MAX) {
            var line = lines.peek();
            if (line == null || (count > 0 && body.size() + line.length + 1 > BLOCK_BYTES_MAX)) break;
            lines.remove();
            body.write(line, 0, line.length);
            body.write('\n');
            count++;
        }
        bytes -= body.size();
        monitor.change(() -> {}); // Wakes add(): there is room again.
        return new Block(body.toByteArray(), count);
    }

    private <T> T await(Monitor.Probe<T> probe) throws InterruptedException {
        while (true) {
            try {
                return monitor.await(probe, WAIT_MAX);
            } catch (IOException silence) {
                // A source may produce nothing for days: keep waiting.
            }
        }
    }
}
