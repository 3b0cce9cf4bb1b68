package dev.sluice.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/// Takes one e-mail (RFC 5321).
final class MailServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<String> mail = CompletableFuture.supplyAsync(this::receive);

    MailServer() throws IOException {}

    int port() {
        return socket.getLocalPort();
    }

    /// The e-mail with its headers, once it has arrived.
    CompletableFuture<String> mail() {
        return mail;
    }

    private String receive() {
        try (Socket client = socket.accept();
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter answers = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
            StringBuilder text = new StringBuilder();
            answers.print("220 mail.example\r\n");
            answers.flush();
            boolean isText = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isText && !line.equals(".")) {
                    text.append(line).append('\n');
                    continue;
                }
                answers.print(line.equals("DATA") ? "354 go on\r\n" : "250 ok\r\n");
                answers.flush();
                if (isText) return text.toString();
                isText = line.equals("DATA");
            }
            throw new IOException("the client closed the connection before it sent an e-mail");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
