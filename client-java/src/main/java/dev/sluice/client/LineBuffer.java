package dev.sluice.client;

import dev.sluice.client.http.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Lines between the thread that reads them and the thread that sends them: as many as fit, so that a source which is
 * faster than the hub is held back. Lines go on in blocks: each request carries all that came during the one before it.
 */
final class LineBuffer {
    /** A block is sent again as a whole, so it is no larger than is worth repeating. */
    private static final int BLOCK_LINES_MAX = 1_000;

    private static final int BLOCK_BYTES_MAX = 256 * 1024;
    private static final int BYTES_MAX = 4 * BLOCK_BYTES_MAX;
    private static final Duration LONG = Duration.ofDays(1);

    /**
     * What goes in one request.
     *
     * @param body  the lines, each with LF behind it
     * @param lines how many, 0 only at the end
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    record Block(byte[] body, int lines) {}

    private final Waiting waiting;
    private final boolean isFullOnly;
    private final Queue<byte[]> lines = new ArrayDeque<>();
    private int bytes;
    private boolean isEnded;
    private @Nullable RuntimeException failure;

    /** @param isFullOnly whether a block waits until it is full, so that its borders follow from the lines alone */
    LineBuffer(Waiting waiting, boolean isFullOnly) {
        this.waiting = waiting;
        this.isFullOnly = isFullOnly;
    }

    /** Blocks while there is no room; an empty line is no event, and left out. */
    void add(byte[] line) throws InterruptedException {
        if (line.length == 0) return;
        await(() -> (bytes == 0 || bytes + line.length + 1 <= BYTES_MAX) ? true : null);
        waiting.change(() -> {
            lines.add(line);
            bytes += line.length + 1;
        });
    }

    /** No line follows. */
    void end() {
        waiting.change(() -> isEnded = true);
    }

    /** No line follows, for this reason, which {@link #take} throws behind the last line. */
    void fail(RuntimeException reason) {
        waiting.change(() -> {
            failure = reason;
            isEnded = true;
        });
    }

    /** Blocks until there is a block. @return one of no lines at the end */
    Block take() throws InterruptedException {
        return await(() -> {
            boolean isFull = lines.size() >= BLOCK_LINES_MAX || bytes >= BLOCK_BYTES_MAX;
            boolean isReady = isFull || isEnded || (!isFullOnly && !lines.isEmpty());
            return isReady ? cut() : null;
        });
    }

    private Block cut() {
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
        waiting.change(() -> {}); // There is room again.
        return new Block(body.toByteArray(), count);
    }

    private <T> T await(Waiting.Look<T> look) throws InterruptedException {
        while (true) {
            try {
                return waiting.await(look, LONG);
            } catch (IOException silence) {
                // A source may say nothing for days: wait on.
            }
        }
    }
}
