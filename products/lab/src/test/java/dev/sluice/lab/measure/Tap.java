package dev.sluice.lab.measure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A relay at either end of a line with its own counts. It measures latencies with other clocks than the lab:
/// from the time that the hub gave an event to the wall clock when it passes.
final class Tap implements AutoCloseable {
    private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

    private final ServerSocket server;
    private final InetSocketAddress hub;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final AtomicLong up = new AtomicLong();
    final AtomicLong down = new AtomicLong();
    final List<Long> latenciesMs = new CopyOnWriteArrayList<>();

    Tap(InetSocketAddress hub) throws IOException {
        this.hub = hub;
        server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var upstream = new Socket(hub.getAddress(), hub.getPort());
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                sockets.addAll(List.of(client, upstream));
                Thread.ofVirtual().start(() -> pump(client, upstream, up, null));
                Thread.ofVirtual().start(() -> pump(upstream, client, down, latenciesMs));
            }
        } catch (IOException closed) {
            return; // The test has ended.
        }
    }

    private static void pump(Socket from, Socket to, AtomicLong count, @Nullable List<Long> latenciesMs) {
        var buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read; (read = in.read(buffer)) >= 0; ) {
                out.write(buffer, 0, read);
                count.addAndGet(read);
                if (latenciesMs == null) continue;
                long now = Instant.now().toEpochMilli();
                TIME.matcher(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))
                        .results()
                        .forEach(time -> latenciesMs.add(
                                now - Instant.parse(time.group(1)).toEpochMilli()));
            }
        } catch (IOException closed) {
            return; // One side has closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var each : sockets) each.close();
    }
}
