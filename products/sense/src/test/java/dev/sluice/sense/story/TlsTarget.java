package dev.sluice.sense.story;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A TLS server that answers each request with `ok`. Its certificate can be changed while it runs.
final class TlsTarget implements AutoCloseable {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile SSLContext context;

    TlsTarget(SSLContext context) throws IOException {
        this.context = context;
        Thread.ofVirtual().start(() -> {
            while (!accepting.isClosed()) accept();
        });
    }

    void show(SSLContext other) {
        context = other;
    }

    int port() {
        return accepting.getLocalPort();
    }

    private void accept() {
        try {
            Socket plain = accepting.accept();
            Thread.ofVirtual().start(() -> answer(plain));
        } catch (IOException closed) {
            return; // At the end of the test.
        }
    }

    private void answer(Socket plain) {
        try (plain;
                var client = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
            client.setUseClientMode(false);
            if (client.getInputStream().read() >= 0) client.getOutputStream().write(ANSWER);
        } catch (IOException refused) {
            return; // By a check that does not trust the certificate.
        }
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
