package dev.sluice.sense.story;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/// A service that greets each client that connects; a broken one closes the connection at once.
final class GreetingTarget implements AutoCloseable {
    private final ServerSocket accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    GreetingTarget(AtomicBoolean isBroken) throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!accepting.isClosed()) {
                try (Socket client = accepting.accept()) {
                    if (!isBroken.get())
                        client.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    continue; // By the check, or at the end of the test.
                }
            }
        });
    }

    int port() {
        return accepting.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
