package dev.sluice.client;

import dev.sluice.client.http.LineSplitter;
import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.TooLongException;
import dev.sluice.client.json.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Sends lines in blocks. The idempotency key of a block consists of the upload's key and the number of its first line,
 * and the hub numbers the lines within the block. A block that was interrupted is therefore sent again unchanged, and
 * the hub appends only the missing lines.
 */
final class LineSender {
    private static final int READ_BYTES = 64 * 1024;

    private final Sender sender;
    private final Monitor monitor;
    private final PublishRequests requests;
    private final LineUpload upload;
    private final String key;
    private final LineBuffer buffer;
    private final Duration retryFor;

    LineSender(Sender sender, Monitor monitor, PublishRequests requests, LineUpload upload, Duration retryFor) {
        this.sender = sender;
        this.monitor = monitor;
        this.requests = requests;
        this.upload = upload;
        this.retryFor = retryFor;
        key = upload.idempotencyKey().orElseGet(requests::newKey);
        buffer = new LineBuffer(monitor, upload.idempotencyKey().isPresent());
    }

    /** Blocks until all lines are in the log. */
    PublishedMany send() throws InterruptedException {
        long count = 0;
        long nextLine = 1;
        Optional<String> last = Optional.empty();
        while (true) {
            var block = buffer.take();
            if (block.lines() == 0) break;
            var done = Responses.many(send(requests.lines(upload, block.body(), key + "." + nextLine), count > 0));
            count += done.count();
            if (done.last().isPresent()) last = done.last();
            nextLine += block.lines();
        }
        if (upload.isClosing()) {
            send(requests.one(Publication.end(upload.channel()).idempotencyKey(key + ".end")), count > 0);
        }
        return new PublishedMany(count, last);
    }

    private Sender.Accepted send(HttpRequest request, boolean isBegun) throws InterruptedException {
        return sender.send(request, monitor.deadline(retryFor), () -> false, isBegun);
    }

    /** Reads the lines. Runs on its own thread, because the source may block for any time. */
    void read(InputStream source, int lineBytesMax) {
        runAndEnd(() -> {
            var splitter = new LineSplitter(lineBytesMax);
            var bytes = new byte[READ_BYTES];
            for (int n = source.read(bytes); n >= 0; n = source.read(bytes)) {
                var piece = ByteBuffer.wrap(bytes, 0, n);
                for (var line = splitter.next(piece); line != null; line = splitter.next(piece)) buffer.add(line);
            }
            buffer.add(splitter.rest());
        });
    }

    /** As {@link #read(InputStream, int)}. An element that contains line breaks counts as several lines. */
    void read(Iterator<String> source) {
        runAndEnd(() -> {
            while (source.hasNext()) buffer.add(Utf8.encode("A line", source.next()));
        });
    }

    private interface ReadLoop {
        void run() throws IOException, InterruptedException;
    }

    private void runAndEnd(ReadLoop loop) {
        try {
            loop.run();
            buffer.end();
        } catch (CancellationException | InterruptedException closed) {
            buffer.fail(new CancellationException("closed"));
        } catch (TooLongException reason) {
            buffer.fail(new IllegalArgumentException(reason.getMessage(), reason));
        } catch (IOException reason) {
            buffer.fail(new UncheckedIOException("Reading the lines failed.", reason));
        } catch (RuntimeException reason) {
            buffer.fail(reason);
        } catch (Error reason) { // The sending thread waits for an end.
            buffer.fail(new IllegalStateException("Reading the lines failed.", reason));
        }
    }
}
