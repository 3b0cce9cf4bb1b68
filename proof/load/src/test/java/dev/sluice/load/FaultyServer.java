package dev.sluice.load;

import dev.sluice.wire.HttpHead;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/// A minimal push server that applies a fault to each event, and resumes after the `Last-Event-ID`.
final class FaultyServer implements AutoCloseable {
    /// Returns the events to send to all readers in place of the n-th event.
    interface Fault extends BiFunction<Integer, String, List<String>> {}

    /// In place of an event: ends the streams, with the same write as the events before it.
    static final String END = "";

    static final Fault NONE = (n, event) -> List.of(event);

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<OutputStream> readers = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Fault fault;
    private final String answer;
    private final List<String> passed = new ArrayList<>();
    private int events;

    FaultyServer(Fault fault, String answer) throws IOException {
        this.fault = fault;
        this.answer = answer;
        Thread.ofVirtual().start(this::listen);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    synchronized int events() {
        return events;
    }

    private void listen() {
        try {
            while (true) {
                var socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            while (true) {
                var head = HttpHead.read(in);
                if (head.text().startsWith("GET")) {
                    synchronized (this) {
                        readers.add(out);
                        out.write(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
                        var after = head.field("Last-Event-ID");
                        if (after != null) out.write(bytes(chunks(Integer.parseInt(after))));
                    }
                } else {
                    forward(new String(in.readNBytes((int) head.contentLength()), StandardCharsets.US_ASCII));
                    out.write(bytes(answer));
                }
            }
        } catch (IOException | UncheckedIOException gone) {
            return;
        }
    }

    private synchronized void forward(String event) throws IOException {
        int from = passed.size();
        var more = new ArrayList<>(fault.apply(events++, event));
        boolean isEnd = more.remove(END);
        passed.addAll(more);
        for (var reader : readers) reader.write(bytes(chunks(from) + (isEnd ? "0\r\n\r\n" : "")));
        if (isEnd) readers.clear();
    }

    /// The events after these first ones.
    private String chunks(int from) {
        var text = new StringBuilder();
        for (int i = from; i < passed.size(); i++) {
            var block = "id: " + (i + 1) + "\ndata: " + passed.get(i) + "\n\n";
            text.append(Integer.toHexString(block.length()) + "\r\n" + block + "\r\n");
        }
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) socket.close();
    }
}
