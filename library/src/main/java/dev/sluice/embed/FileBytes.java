package dev.sluice.embed;

import dev.sluice.server.http.AnswerBody;
import dev.sluice.server.http.Gzip;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// The bytes of a file that is being sent to a client, outside the heap. They are counted as long as they are in
/// memory, so that clients that request large files and do not read them cannot exhaust it.
final class FileBytes implements AnswerBody {
    /// Limit for totalBytes files that are being sent at a time.
    private static final long TOTAL_BYTES_MAX = 64L << 20;

    private final AtomicLong totalBytes;
    private final int size;
    private final Arena memory = Arena.ofShared();
    private final ByteBuffer bytes;

    private FileBytes(AtomicLong totalBytes, int size) {
        this.totalBytes = totalBytes;
        this.size = size;
        this.bytes = memory.allocate(size).asByteBuffer();
    }

    /// @throws Refused `503` if the limit would be exceeded
    static FileBytes read(Path file, int size, AtomicLong totalBytes) throws IOException {
        if (totalBytes.addAndGet(size) > TOTAL_BYTES_MAX) {
            totalBytes.addAndGet(-size);
            throw new Refused(Problems.FULL
                    .of("Too many files are being sent at the moment. Try again in a second.")
                    .withHeader("Retry-After", "1"));
        }
        FileBytes bytes = new FileBytes(totalBytes, size);
        boolean isRead = false;
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            while (bytes.bytes.hasRemaining() && in.read(bytes.bytes) >= 0) {}
            bytes.bytes.flip(); // The file may have become shorter.
            isRead = true;
        } finally {
            if (!isRead) bytes.close();
        }
        return bytes;
    }

    /// Returns the same bytes, compressed.
    FileBytes zipped() {
        byte[] plain = new byte[bytes.remaining()];
        bytes.get(plain);
        byte[] small = Gzip.best(plain);
        totalBytes.addAndGet(small.length);
        FileBytes zipped = new FileBytes(totalBytes, small.length);
        zipped.bytes.put(small).flip();
        close();
        return zipped;
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    @Override
    public void next(ByteBuffer piece) {
        piece.put(bytes.slice(bytes.position(), piece.remaining()));
        bytes.position(bytes.position() + piece.position());
    }

    @Override
    public void close() {
        memory.close();
        totalBytes.addAndGet(-size);
    }
}
