package dev.sluice.client;

import dev.sluice.client.http.LineSplitter;
import dev.sluice.client.http.TooLongException;
import dev.sluice.client.http.Waiting;
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
 * Sends lines block by block. Each block has a key of its own, from the upload's key and the number of its first line, and
 * the hub numbers the lines within it: so a block that broke off is sent again as it was, and adds only what is missing.
 */
final class LineSender {
    private static final int READ_BYTES = 64 * 1024;

    private final Sender sender;
    private final Waiting waiting;
    private final PublishRequests requests;
    private final LineUpload upload;
    private final String key;
    private final LineBuffer buffer;
    private final Duration retryFor;

    LineSender(Sender sender, Waiting waiting, PublishRequests requests, LineUpload upload, Duration retryFor) {
        this.sender = sender;
        this.waiting = waiting;
        this.requests = requests;
        this.upload = upload;
        this.retryFor = retryFor;
        key = upload.idempotencyKey().orElseGet(requests::newKey);
        buffer = new LineBuffer(waiting, upload.idempotencyKey().isPresent());
    }

    /** Blocks until all lines are in the log. */
    PublishedMany send() throws InterruptedException {
        long count = 0;
        long nextLine = 1;
        Optional<String> last = Optional.empty();
        while (true) {
            var block = buffer.take();
            if (block.lines() == 0) break;
            var done = Answers.many(send(requests.lines(upload, block.body(), key + "." + nextLine)));
            count += done.count();
            if (done.last().isPresent()) last = done.last();
            nextLine += block.lines();
        }
        if (upload.isClosing()) {
            send(requests.one(Publication.end(upload.channel()).idempotencyKey(key + ".end")));
        }
        return new PublishedMany(count, last);
    }

    private Sender.Taken send(HttpRequest request) throws InterruptedException {
        return sender.send(request, waiting.now().plus(retryFor), () -> false);
    }

    /** Reads the lines; for a thread of its own, as a source may block for as long as it likes. */
    void read(InputStream source, int lineBytesMax) {
        reading(() -> {
            var splitter = new LineSplitter(lineBytesMax);
            var bytes = new byte[READ_BYTES];
            for (int n = source.read(bytes); n >= 0; n = source.read(bytes)) {
                var piece = ByteBuffer.wrap(bytes, 0, n);
                for (var line = splitter.next(piece); line != null; line = splitter.next(piece)) buffer.add(line);
            }
            buffer.add(splitter.rest());
        });
    }

    /** As {@link #read(InputStream, int)}; an element that holds line breaks is several lines. */
    void read(Iterator<String> source) {
        reading(() -> {
            while (source.hasNext()) buffer.add(Utf8.encode("A line", source.next()));
        });
    }

    private interface Reading {
        void run() throws IOException, InterruptedException;
    }

    private void reading(Reading reading) {
        try {
            reading.run();
            buffer.end();
        } catch (CancellationException | InterruptedException closed) {
            buffer.fail(new CancellationException("closed"));
        } catch (TooLongException reason) {
            buffer.fail(new IllegalArgumentException(reason.getMessage(), reason));
        } catch (IOException reason) {
            buffer.fail(new UncheckedIOException("The lines could not be read on.", reason));
        } catch (RuntimeException reason) {
            buffer.fail(reason);
        }
    }
}
