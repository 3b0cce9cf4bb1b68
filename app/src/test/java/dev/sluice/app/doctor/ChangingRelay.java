package dev.sluice.app.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A connection to a hub that changes what passes: the hub's clock in answers that have one, and streams of JSON lines,
/// which end after their first event.
final class ChangingRelay implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final int hub;

    ChangingRelay(int hub) throws IOException {
        this.hub = hub;
        Thread.ofVirtual().start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), hub);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> pass(client, server, false));
                Thread.ofVirtual().start(() -> pass(server, client, true));
            }
        } catch (IOException closed) {
            // By the test.
        }
    }

    private static void pass(Socket from, Socket to, boolean isAnswer) {
        byte[] part = new byte[16 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                String text = new String(part, 0, n, StandardCharsets.ISO_8859_1);
                // The first digit of a time in milliseconds: three decades later.
                String changed = isAnswer ? text.replace("\",\"time\":1", "\",\"time\":2") : text;
                out.write(changed.getBytes(StandardCharsets.ISO_8859_1));
                if (isAnswer && text.contains("x-ndjson") && text.contains("\"n\":1")) return;
                if (isAnswer && text.startsWith("{\"n\":1", text.indexOf("\r\n") + 2)) return;
            }
        } catch (IOException gone) {
            // The other side.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket each : open) each.close();
    }
}
