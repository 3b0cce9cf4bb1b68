package dev.sluice.cluster.peers;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// The stream of a copy from another node, with a read timeout: without it, a reader would wait for ever for
/// a node that is stopped or cut off in the middle, as its connection stays open. For one thread.
final class CopyInput extends FilterInputStream {
    private final long silenceMaxNs;
    private final Thread watch;
    private volatile long readNs = System.nanoTime();
    private volatile boolean hasStalled;

    /// @param silenceMax the time without a byte after which a read fails
    CopyInput(InputStream in, Duration silenceMax) {
        super(in);
        silenceMaxNs = silenceMax.toNanos();
        watch = Thread.ofVirtual().name("copy-watch").start(this::watch);
    }

    private void watch() {
        try {
            for (long leftNs = silenceMaxNs; leftNs > 0; leftNs = readNs + silenceMaxNs - System.nanoTime()) {
                Thread.sleep(Duration.ofNanos(leftNs));
            }
            hasStalled = true;
            in.close(); // Wakes the reader.
        } catch (InterruptedException | IOException _) {
            // The reader is done, or fails by itself.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            int count = super.read(bytes, offset, length);
            if (hasStalled) throw new IOException("closed");
            readNs = System.nanoTime();
            return count;
        } catch (IOException failed) {
            if (!hasStalled) throw failed;
            throw new IOException("the node stopped sending its copy", failed);
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
