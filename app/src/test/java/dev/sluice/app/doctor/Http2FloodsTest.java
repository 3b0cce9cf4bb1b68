package dev.sluice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs of the doctor against servers that flood a client over HTTP/2: they end, and take little memory.
@Timeout(120)
final class Http2FloodsTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /// The most bytes from a server that the sockets and the engine may still hold, and that the run did not
    /// read.
    private static final long UNREAD_MAX = 24 << 20;

    /// Reads the beginning of each connection, and nothing more.
    private static final class Server implements AutoCloseable {
        private final SSLServerSocket listener;
        private final Http2Floods flood;
        private final AtomicLong sent = new AtomicLong();
        private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();

        Server(Http2Floods flood) throws IOException {
            this.flood = flood;
            SSLContext context = CERTIFICATES.client(CERTIFICATES.forLocalhost());
            listener = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            SSLParameters parameters = listener.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            listener.setSSLParameters(parameters);
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    var socket = (SSLSocket) listener.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException closed) {
                // By the test.
            }
        }

        private void serve(SSLSocket socket) {
            try (socket) {
                OutputStream out = socket.getOutputStream();
                if (socket.getInputStream().read() < 0) return; // The doctor only looked at the certificate.
                out.write(Http2Floods.frame(4, 0, 0)); // The server's preface (RFC 9113 §3.4).
                out.write(flood.first);
                if (flood.flood.length == 0) {
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    return;
                }
                while (true) {
                    out.write(flood.flood);
                    sent.addAndGet(flood.flood.length);
                }
            } catch (IOException gone) {
                // The doctor has enough.
            } finally {
                open.remove(socket);
            }
        }

        URI uri() {
            return URI.create("https://127.0.0.1:" + listener.getLocalPort() + "/");
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (SSLSocket each : open) each.close();
        }
    }

    @Test
    void endARunThatHasTakenItsBudget() throws Exception {
        endARunThatTakesNoMoreThanItsBudget(Http2Floods.EMPTY_CONTINUATIONS);
    }

    @ParameterizedTest
    @EnumSource(Http2Floods.class)
    @Tag("long")
    void endARunThatTakesNoMoreThanItsBudget(Http2Floods flood) throws Exception {
        boolean endsByTime = flood == Http2Floods.WINDOWS_OF_NOTHING;
        Duration patience = endsByTime ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
        try (var server = new Server(flood)) {
            var examination = new Examination(
                    server.uri(), CERTIFICATES.client(null), null, null, Duration.ofSeconds(1), patience);
            assertThatThrownBy(examination::run).isInstanceOf(IOException.class).hasMessageContaining(flood.end);
            assertThat(server.sent).hasValueLessThan(ByteBudget.RUN + UNREAD_MAX);
        }
    }
}
