package dev.sluice.load.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Trust;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A connection with TLS, against the server of the JDK.
class TlsConnectionTest {
    private static final int RECORD_BYTES = 10_000;
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void readsMoreThanItsCallerHasSpaceFor() throws Exception {
        byte[] sent = new byte[100 * RECORD_BYTES];
        new Random(1).nextBytes(sent);
        SSLContext tls = context();
        try (var server = tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var socket = SocketChannel.open()) {
            var done = threads.submit(() -> {
                try (var accepted = server.accept()) {
                    for (int i = 0; i < sent.length; i += RECORD_BYTES) {
                        accepted.getOutputStream().write(sent, i, RECORD_BYTES);
                    }
                }
                return true;
            });
            socket.connect(server.getLocalSocketAddress());
            var engine = tls.createSSLEngine();
            engine.setUseClientMode(true);
            var connection = new TlsConnection(socket, engine, new TlsConnection.Buffers());
            connection.establish();
            var received = new ByteArrayOutputStream();
            var into = ByteBuffer.allocate(32 << 10);
            while (received.size() < sent.length && connection.read(into.clear()) >= 0) {
                received.write(into.array(), 0, into.position());
            }
            assertThat(received.toByteArray()).isEqualTo(sent);
            assertThat(done.get()).isTrue();
        }
    }

    /// With one certificate, which it also trusts.
    private SSLContext context() throws Exception {
        Path file = folder.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(
                        keytool, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost")
                .redirectErrorStream(true);
        made.command().addAll(List.of("-storepass", PASSWORD, "-keystore", file.toString()));
        assertThat(made.start().waitFor()).isZero();
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        return Trust.in(List.of(keys.getCertificate("server")), own.getKeyManagers());
    }
}
