package dev.sluice.app.live;

import dev.sluice.server.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/// `curl -N` of raw text: bytes without event boundaries.
final class Text implements AutoCloseable {
    private final Signal signal = new Signal();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Process curl;

    Text(String uri) {
        try {
            curl = new ProcessBuilder("curl", "--silent", "--no-buffer", "-H", "Accept: text/plain", uri).start();
        } catch (IOException missing) {
            throw new AssertionError("curl can't be run; ./check installs what tests need", missing);
        }
        Thread.ofVirtual().start(() -> read(curl.getInputStream()));
    }

    private void read(InputStream stream) {
        try (stream) {
            byte[] piece = new byte[8192];
            for (int size = stream.read(piece); size >= 0; size = stream.read(piece)) {
                synchronized (signal) {
                    bytes.write(piece, 0, size);
                    signal.changed();
                }
            }
        } catch (IOException ended) {
            synchronized (signal) {
                signal.changed(); // Closed by the test; otherwise await() reports the missing bytes.
            }
        }
    }

    /// Waits for at least so many bytes.
    ///
    /// @return all bytes received
    byte[] await(int count) {
        return signal.await(
                () -> bytes.size() < count ? null : bytes.toByteArray(),
                () -> bytes.size() + " of " + count + " bytes of text have come");
    }

    @Override
    public void close() {
        curl.destroy();
        try {
            curl.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
