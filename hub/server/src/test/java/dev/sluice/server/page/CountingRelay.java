package dev.sluice.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Passes on the bytes between a browser and a hub, and counts those that the browser receives.
final class CountingRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final URI hub;
    private final AtomicLong received = new AtomicLong();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    CountingRelay(URI hub) {
        this.hub = hub;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    /// Bytes that browsers have received so far.
    long received() {
        return received.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket browser = listener.accept();
                Socket server = new Socket(hub.getHost(), hub.getPort());
                open.add(browser);
                open.add(server);
                Thread.ofVirtual().start(() -> copy(browser, server, new AtomicLong()));
                Thread.ofVirtual().start(() -> copy(server, browser, received));
            }
        } catch (IOException closed) {
            open.forEach(CountingRelay::end);
        }
    }

    private static void copy(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                count.addAndGet(bytes);
                out.write(buffer, 0, bytes);
            }
        } catch (IOException cut) {
            end(to); // Either side may end it.
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
