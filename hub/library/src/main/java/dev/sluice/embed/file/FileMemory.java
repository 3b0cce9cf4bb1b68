package dev.sluice.embed.file;

import dev.sluice.server.http.exchange.Gzip;
import dev.sluice.server.http.head.Problems;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The memory of the files that a program serves: those that are being sent, and the most recently requested
/// compressed ones. Both are limited. May be used from any thread.
public final class FileMemory {
    /// Limit for all files that are being sent at a time.
    private static final long SENT_BYTES_MAX = 64L << 20;

    /// The styles and scripts of a program are a fraction of this.
    static final int ZIPPED_BYTES_MAX = 8 << 20;

    /// Reads a file.
    interface Content {
        byte[] read() throws IOException;
    }

    private final AtomicLong sentBytes = new AtomicLong();

    private final Map<String, byte[]> zipped = new LinkedHashMap<>(16, 0.75f, true); // Guarded by itself.
    private long zippedBytes;

    /// Counts a file before it is sent.
    ///
    /// @throws dev.sluice.server.http.head.ProblemException `503` if the limit would be exceeded
    void take(int bytes) {
        if (sentBytes.addAndGet(bytes) <= SENT_BYTES_MAX) return;
        giveBack(bytes);
        throw Problems.FULL.refused("Too many files are being sent at the moment. Try again in a second.");
    }

    void giveBack(int bytes) {
        sentBytes.addAndGet(-bytes);
    }

    /// The bytes of all files that are being sent.
    long sentBytes() {
        return sentBytes.get();
    }

    /// Returns a file compressed. Two threads that ask for the same file first may both compress it.
    ///
    /// @param version names the file and this version of it
    /// @param file    called only if the file is not here
    byte[] zipped(String version, Content file) throws IOException {
        byte[] known = known(version);
        if (known != null) return known;
        byte[] bytes = Gzip.best(file.read());
        keep(version, bytes);
        return bytes;
    }

    private byte @Nullable [] known(String version) {
        synchronized (zipped) {
            return zipped.get(version);
        }
    }

    private void keep(String version, byte[] bytes) {
        synchronized (zipped) {
            byte[] before = zipped.put(version, bytes);
            zippedBytes += bytes.length - (before == null ? 0 : before.length);
            Iterator<byte[]> oldest = zipped.values().iterator();
            while (zippedBytes > ZIPPED_BYTES_MAX) {
                zippedBytes -= oldest.next().length;
                oldest.remove();
            }
        }
    }
}
