package dev.sluice.library;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Many clients of one stream, in a separate process because of the limit on open files per process. Opens all
/// connections, prints `open`, and exits when its standard input ends.
final class ManyConnections {
    private ManyConnections() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        for (Socket socket : sockets) awaitEvent(socket);
        System.out.println("open");
        while (System.in.read() >= 0) {}
    }

    private static void awaitEvent(Socket socket) throws IOException {
        var received = new StringBuilder();
        while (!received.toString().contains("data: here\n\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) throw new IOException("the connection ended after: " + received);
            received.append((char) next);
        }
    }
}
