package dev.sluice.library;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Many clients of one stream, as a process of its own: a process has only so many files. Opens them all, says so, and
/// leaves when its input ends.
final class Crowd {
    private Crowd() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        List<Socket> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            all.add(socket);
        }
        for (Socket socket : all) awaitEvent(socket);
        System.out.println("open");
        while (System.in.read() >= 0) {}
    }

    private static void awaitEvent(Socket socket) throws IOException {
        var seen = new StringBuilder();
        while (!seen.toString().contains("data: here\n\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) throw new IOException("the line ended after: " + seen);
            seen.append((char) next);
        }
    }
}
