package dev.sluice.server.embed;

import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// A file's bytes on their way to a client, counted for as long as they are in memory: clients that ask for large files
/// and don't read them must not fill it.
final class Loaded extends UnpooledDirectByteBuf {
    /// Of all files on their way at a time.
    private static final long ALL_BYTES_MAX = 64L << 20;

    private final AtomicLong all;
    private final int size;

    private Loaded(AtomicLong all, int size) {
        super(UnpooledByteBufAllocator.DEFAULT, size, size);
        this.all = all;
        this.size = size;
    }

    /// @throws Refused `503` if there is no room for it now
    static Loaded read(Path file, int size, AtomicLong all) throws IOException {
        if (all.addAndGet(size) > ALL_BYTES_MAX) {
            all.addAndGet(-size);
            throw new Refused(Problems.FULL
                    .of("Too many files are on their way just now. Try again in a moment.")
                    .withHeader("Retry-After", "1"));
        }
        Loaded loaded = new Loaded(all, size);
        boolean isRead = false;
        try (InputStream in = Files.newInputStream(file)) {
            while (loaded.isWritable() && loaded.writeBytes(in, loaded.writableBytes()) >= 0) {}
            isRead = true;
        } finally {
            if (!isRead) loaded.release();
        }
        return loaded;
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        all.addAndGet(-size);
    }
}
