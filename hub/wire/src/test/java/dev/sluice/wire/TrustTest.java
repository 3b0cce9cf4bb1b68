package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;

    private void keytool(String... options) throws Exception {
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.command().addAll(List.of(options));
        command.command().addAll(List.of("-alias", "server", "-keystore", "keys.p12", "-storepass", PASSWORD));
        assertThat(command.directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start()
                        .waitFor())
                .isZero();
    }

    private SSLContext server() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = new FileInputStream(folder.resolve("keys.p12").toFile())) {
            store.load(in, PASSWORD.toCharArray());
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        return Trust.in(List.of(), keys.getKeyManagers());
    }

    @Test
    void trustsTheAuthoritiesOfAFileAndNoOthers() throws Exception {
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost");
        keytool("-exportcert", "-rfc", "-file", "authority.pem");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var listener =
                        server().getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            threads.submit(() -> {
                while (true) {
                    try (var accepted = (SSLSocket) listener.accept()) {
                        accepted.startHandshake();
                    } catch (SSLException refused) {
                        // By the client.
                    }
                }
            });
            try (var trusting = socket(Trust.in(folder.resolve("authority.pem")), listener.getLocalPort());
                    var other = socket(Trust.in(null), listener.getLocalPort())) {
                trusting.startHandshake();
                assertThatThrownBy(other::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    private static SSLSocket socket(SSLContext context, int port) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void refusesAFileWithoutCertificates() throws IOException {
        Path file = folder.resolve("a.pem");
        assertThatThrownBy(() -> Trust.in(file)).isInstanceOf(NoSuchFileException.class);
        for (String content :
                List.of("", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> Trust.in(file))
                    .as(content)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no certificates");
        }
    }
}
