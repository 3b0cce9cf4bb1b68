package dev.sluice.sense.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// TLS in front of a mail server that has none: from the start, or after STARTTLS.
final class MailGate implements AutoCloseable {
    private final ServerSocket accepting;
    private final SSLContext context;
    private final boolean isStartTls;
    private final int mailPort;

    MailGate(SSLContext context, boolean isStartTls, int mailPort) throws IOException {
        this.context = context;
        this.isStartTls = isStartTls;
        this.mailPort = mailPort;
        accepting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!accepting.isClosed()) ignoringEnds(() -> serve(accepting.accept()));
        });
    }

    int port() {
        return accepting.getLocalPort();
    }

    private void serve(Socket plain) {
        Thread.ofVirtual()
                .start(() -> ignoringEnds(() -> {
                    try (plain;
                            Socket mail = new Socket(InetAddress.getLoopbackAddress(), mailPort)) {
                        if (isStartTls) beginPlain(plain, mail);
                        SSLSocket client =
                                (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
                        Thread back = Thread.ofVirtual()
                                .start(() -> ignoringEnds(() -> {
                                    mail.getInputStream().transferTo(client.getOutputStream());
                                    client.close();
                                }));
                        client.getInputStream().transferTo(mail.getOutputStream());
                        mail.shutdownOutput();
                        back.join();
                    }
                }));
    }

    /// The client expects no second greeting after STARTTLS.
    private static void beginPlain(Socket client, Socket mail) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write("220 gate\r\n".getBytes(StandardCharsets.US_ASCII));
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 1);
        for (String line = in.readLine(); line != null && !line.equals("STARTTLS"); line = in.readLine())
            out.write("250-gate\r\n250 STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
        out.write("220 go on\r\n".getBytes(StandardCharsets.US_ASCII));
        while (mail.getInputStream().read() != '\n') continue;
    }

    private interface Work {
        void run() throws Exception;
    }

    /// Connections end in all ways here; the tests examine the client's side.
    private static void ignoringEnds(Work work) {
        try {
            work.run();
        } catch (IOException ended) {
            return;
        } catch (Exception defect) {
            throw new AssertionError(defect);
        }
    }

    @Override
    public void close() throws IOException {
        accepting.close();
    }
}
