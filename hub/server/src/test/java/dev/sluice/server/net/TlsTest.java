package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.Server;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import dev.sluice.server.tls.TlsSettings;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.Trust;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections with TLS, from the first byte to the last, with the JDK's clients.
@Order(1)
class TlsTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private TestServer start(Duration handshakeTime, int connectionsMax) {
        TlsSettings settings = CERTIFICATES.settings(folder);
        return start(new TlsSettings(settings.certificate(), null, handshakeTime), connectionsMax);
    }

    private TestServer start(TlsSettings tls, int connectionsMax) {
        // So that a slow machine does not end connections before the test has used them.
        HttpSettings patient =
                HttpSettings.DEFAULTS.toBuilder().lingerTime(LONG).build();
        return TestServer.start(TestServer.settings(2).toBuilder()
                .listeners(List.of(
                        new Listener("127.0.0.1", 0, Listener.Role.PUBLIC, tls),
                        new Listener("127.0.0.1", 0, Listener.Role.ADMIN)))
                .connectionsMax(connectionsMax)
                .http(patient)
                .build());
    }

    private TestServer start() {
        return start(LONG, 100);
    }

    private static SSLSocket connect(Server server) throws IOException {
        return connect(server, CERTIFICATES.client(null));
    }

    private static SSLSocket connect(Server server, SSLContext client) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.uri().getPort());
        socket.setSoTimeout((int) LONG.toMillis());
        return socket;
    }

    private static void get(SSLSocket socket, String path, String... lines) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", lines) + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String until(InputStream in, String end) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) throw new AssertionError("ended before '" + end + "', after: " + seen);
            seen.append((char) next);
        }
        return seen.toString();
    }

    @Test
    void servesHttpsAndSaysSo() throws Exception {
        try (TestServer server = start();
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(CERTIFICATES.client(null))
                        .build()) {
            URI hub = server.server().uri();
            assertThat(hub.getScheme()).isEqualTo("https");
            assertThat(server.server().uris(Listener.Role.ADMIN).getFirst().getScheme())
                    .isEqualTo("http");
            server.publish("news", "hello");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(hub.resolve("/channels/news?as=json"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("hello");
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void speaksTls12AsWell() throws Exception {
        try (TestServer server = start();
                SSLSocket socket = connect(server.server())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            get(socket, "/livez");
            assertThat(until(socket.getInputStream(), "\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
            assertThat(socket.getSession().getCipherSuite())
                    .startsWith("TLS_ECDHE_")
                    .doesNotContain("CBC");
        }
    }

    @Test
    void choosesHttp11OfTheOfferedProtocolsAndRefusesOthers() throws Exception {
        try (TestServer server = start()) {
            try (SSLSocket both = connect(server.server())) {
                offer(both, "acme-tls/1", "http/1.1");
                both.startHandshake();
                assertThat(both.getApplicationProtocol()).isEqualTo("http/1.1");
            }
            try (SSLSocket other = connect(server.server())) {
                offer(other, "smtp");
                assertThatThrownBy(other::startHandshake)
                        .isInstanceOf(SSLHandshakeException.class)
                        .hasMessageContaining("no_application_protocol");
            }
        }
    }

    /// BoringSSL signs with RSA and ECDSA.
    @Test
    void servesAnEd25519KeyByTheTlsOfTheJdk() throws Exception {
        Path keystore = folder.resolve("hub.p12");
        Path password = folder.resolve("password");
        Files.writeString(password, "changeit");
        assertThat(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "Ed25519",
                                "-alias",
                                "hub",
                                "-dname",
                                "CN=localhost",
                                "-keystore",
                                keystore.toString(),
                                "-storetype",
                                "PKCS12",
                                "-storepass:file",
                                password.toString())
                        .start()
                        .waitFor())
                .isZero();
        KeyStore own = KeyStore.getInstance(keystore.toFile(), "changeit".toCharArray());
        SSLContext client = Trust.in(List.of(own.getCertificate("hub")), null);
        var tls = new TlsSettings(new CertificateSource.Pkcs12(keystore, password), null, LONG);
        assertThat(TlsContext.open(tls).isBoringSsl()).isFalse();
        try (TestServer server = start(tls, 100);
                SSLSocket socket = connect(server.server(), client);
                SSLSocket old = connect(server.server(), client)) {
            offer(socket, "h2", "http/1.1");
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            old.startHandshake();
            old.startHandshake(); // A client may ask as often as it likes.
            assertThatThrownBy(() -> until(old.getInputStream(), "\r\n")).hasMessageContaining("handshake_failure");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void usesBoringSslForOtherKeys() throws Exception {
        assertThat(TlsContext.open(CERTIFICATES.settings(folder)).isBoringSsl()).isTrue();
    }

    /// A `ClientHello` of which the protocols are read arrives in any pieces.
    @Test
    void completesAHandshakeThatArrivesByteByByte() throws Exception {
        try (TestServer server = start()) {
            SSLEngine engine = CERTIFICATES.client(null).createSSLEngine("localhost", 1);
            engine.setUseClientMode(true);
            ByteBuffer hello = ByteBuffer.allocate(1 << 15);
            engine.wrap(ByteBuffer.allocate(0), hello);
            try (var socket = new Socket(
                    InetAddress.getLoopbackAddress(), server.server().uri().getPort())) {
                socket.setTcpNoDelay(true);
                for (int i = 0; i < hello.position(); i++)
                    socket.getOutputStream().write(hello.get(i));
                assertThat(socket.getInputStream().read())
                        .as("the type of a handshake's record")
                        .isEqualTo(22);
            }
        }
    }

    private static void offer(SSLSocket socket, String... protocols) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
    }

    @Test
    void usesANewCertificateForNewConnectionsAndDropsNoStream() throws Exception {
        try (TestServer server = start();
                SSLSocket stream = connect(server.server())) {
            get(stream, "/channels/news?as=sse");
            until(stream.getInputStream(), "\n\n");
            CertifiedKey next = CERTIFICATES.forLocalhost();
            TestCertificates.write(folder, next);
            Await.that(() -> shown(server).equals(next.chain().getFirst()));
            server.publish("news", "the same stream");
            assertThat(until(stream.getInputStream(), "\n\n")).contains("the same stream");
        }
    }

    private static Certificate shown(TestServer server) {
        try (SSLSocket socket = connect(server.server())) {
            return socket.getSession().getPeerCertificates()[0];
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void takesACertificateOfAClientAndServesThoseWithout() throws Exception {
        Path authorities = folder.resolve("clients.pem");
        TestCertificates.write(authorities, TestCertificates.pem(CERTIFICATES.authority()));
        var tls = new TlsSettings(CERTIFICATES.settings(folder).certificate(), authorities, LONG);
        CertifiedKey backend = CERTIFICATES.forClient("backend");
        try (TestServer server = start(tls, 100);
                SSLSocket with = connect(server.server(), CERTIFICATES.client(backend));
                SSLSocket without = connect(server.server())) {
            for (SSLSocket each : List.of(with, without)) {
                get(each, "/livez");
                assertThat(until(each.getInputStream(), "\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n");
            }
            assertThat(with.getSession().getLocalCertificates())
                    .containsExactly(backend.chain().getFirst());
            assertThat(without.getSession().getLocalCertificates()).isNull();
        }
    }

    /// The names of both authorities are the same, so that the client shows its certificate.
    @Test
    void refusesACertificateOfAClientByAnotherAuthority() throws Exception {
        Path authorities = folder.resolve("clients.pem");
        TestCertificates.write(authorities, TestCertificates.pem(CERTIFICATES.authority()));
        var tls = new TlsSettings(CERTIFICATES.settings(folder).certificate(), authorities, LONG);
        CertifiedKey foreign = new TestCertificates().forClient("backend");
        try (TestServer server = start(tls, 100);
                SSLSocket socket = connect(server.server(), CERTIFICATES.client(foreign))) {
            // With TLS 1.3 the client may still be sending when the server has refused its certificate: then it
            // sees the connection broken, and not the alert.
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
            awaitFailures(server, 1);
        }
    }

    /// With TLS 1.2, because the type of an encrypted record can be seen (RFC 5246 §6.2.3).
    @Test
    void endsACompleteAnswerWithCloseNotify() throws Exception {
        try (TestServer server = start();
                Recorded plain = new Recorded(server.server().uri().getPort());
                SSLSocket socket = (SSLSocket)
                        CERTIFICATES.client(null).getSocketFactory().createSocket(plain, "localhost", 0, true)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            get(socket, "/livez", "Connection: close", "");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ");
            List<Integer> types = plain.recordTypes();
            assertThat(types).containsSubsequence(23, 21).endsWith(21); // Application data, then an alert.
        }
    }

    /// The body of HTTP/1.0 ends with the connection, so that only `close_notify` tells a whole one from one that was
    /// cut. With TLS 1.2, as above.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsAStreamWithoutCloseNotifyAndEndsOneWithIt(boolean isWhole) throws Exception {
        try (TestServer server = start();
                Recorded plain = new Recorded(server.server().uri().getPort());
                SSLSocket socket = (SSLSocket)
                        CERTIFICATES.client(null).getSocketFactory().createSocket(plain, "localhost", 0, true)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            String request = "GET /channels/news?as=text HTTP/1.0\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            until(socket.getInputStream(), "\r\n\r\n");
            server.publish("news", "some");
            until(socket.getInputStream(), "some");
            if (isWhole) server.publish(Draft.end(new ChannelName("news")));
            else server.log().delete(new ChannelName("news"));
            readToTheEnd(socket);
            if (isWhole) assertThat(plain.recordTypes()).endsWith(21);
            else assertThat(plain.recordTypes()).endsWith(23);
        }
    }

    /// The JDK's clients take an end without notice for a whole one, or see a reset.
    private static void readToTheEnd(SSLSocket socket) {
        try {
            socket.getInputStream().readAllBytes();
        } catch (IOException cut) {
            assertThat(cut).isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    /// A connection that keeps what it received.
    private static final class Recorded extends Socket {
        private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

        Recorded(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            setSoTimeout((int) LONG.toMillis());
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    int next = super.read();
                    if (next >= 0) seen.write(next);
                    return next;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = super.read(target, offset, length);
                    if (count > 0) seen.write(target, offset, count);
                    return count;
                }
            };
        }

        /// The first bytes of all records: a type, two bytes of the version, two of the length.
        List<Integer> recordTypes() {
            List<Integer> types = new ArrayList<>();
            ByteBuffer bytes = ByteBuffer.wrap(seen.toByteArray());
            while (bytes.hasRemaining()) {
                types.add((int) bytes.get());
                bytes.getShort();
                int length = bytes.getShort();
                bytes.position(bytes.position() + length);
            }
            return types;
        }
    }

    @Test
    void answersPlainHttpWithTheReason() {
        try (TestServer server = start();
                RawClient client = new RawClient(server.server().uri().getPort())) {
            client.get("/channels/news?as=sse");
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ").contains("https://");
            awaitFailures(server, 1);
        }
    }

    /// A silent client; one that sends the beginning of a ClientHello.
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 60})
    void cutsAHandshakeThatIsNotCompleteInTime(int bytes) {
        try (TestServer server = start(Duration.ofMillis(200), 100);
                RawClient client = new RawClient(server.server().uri().getPort())) {
            byte[] hello = new byte[bytes];
            if (bytes > 0) System.arraycopy(new byte[] {22, 3, 1, 0, 100}, 0, hello, 0, 5); // A record of 100 bytes.
            if (bytes > 5) System.arraycopy(new byte[] {1, 0, 0, 96, 3, 3}, 0, hello, 5, 6); // A ClientHello of 96.
            client.send(hello);
            assertThat(client.rest()).isEmpty();
            awaitFailures(server, 1);
            server.awaitConnections(0);
        }
    }

    @Test
    void countsAHandshakeThatFailsOnce() throws Exception {
        try (TestServer server = start()) {
            for (int failed = 1; failed <= 3; failed++) {
                try (SSLSocket untrusting = (SSLSocket) SSLContext.getDefault()
                        .getSocketFactory()
                        .createSocket(
                                InetAddress.getLoopbackAddress(),
                                server.server().uri().getPort())) {
                    assertThatThrownBy(untrusting::startHandshake).isInstanceOf(SSLHandshakeException.class);
                }
                server.awaitConnections(0);
                assertThat(server.server().failedHandshakes()).isEqualTo(failed);
            }
            try (SSLSocket socket = connect(server.server())) {
                get(socket, "/livez", "Connection: close", "");
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200 ");
            }
            server.awaitConnections(0);
            assertThat(server.server().failedHandshakes()).isEqualTo(3);
        }
    }

    @Test
    void answersAFullHubAfterTheHandshake() throws Exception {
        try (TestServer server = start(LONG, 2)) {
            List<SSLSocket> streams = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                SSLSocket stream = connect(server.server());
                get(stream, "/channels/news?as=sse", "");
                until(stream.getInputStream(), "\n\n");
                streams.add(stream);
            }
            List<SSLSocket> turnedAway = new ArrayList<>();
            for (int i = 0; i < 300; i++) { // More than are answered in their transport's format.
                SSLSocket late = connect(server.server());
                late.startHandshake();
                turnedAway.add(late);
                if (i > 0 && i < 299) continue;
                get(late, "/channels/news", ""); // At once: the hub does not wait long for those that it turns away.
                assertThat(until(late.getInputStream(), "\r\n")).isEqualTo("HTTP/1.1 503 Service Unavailable\r\n");
            }
            for (SSLSocket each : turnedAway) each.close();
            server.publish("news", "still here");
            for (SSLSocket stream : streams) {
                assertThat(until(stream.getInputStream(), "\n\n")).contains("data: still here\n");
                stream.close();
            }
        }
    }

    @Test
    void deliversAStreamOfTenMegabytesByteForByte() throws Exception {
        byte[] line = new byte[1_000];
        Arrays.fill(line, (byte) 'x');
        try (TestServer server = start();
                SSLSocket socket = connect(server.server())) {
            get(socket, "/channels/news?as=text", "Connection: close", "");
            HttpHead head = HttpHead.read(socket.getInputStream());
            Thread publisher = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 10_000; i++) server.publish("news", text(i, line));
            });
            InputStream in = head.body(socket.getInputStream());
            for (int i = 0; i < 10_000; i++) {
                String expected = text(i, line);
                assertThat(new String(in.readNBytes(expected.length()), StandardCharsets.US_ASCII))
                        .isEqualTo(expected);
            }
            publisher.join(LONG);
        }
    }

    private static String text(int number, byte[] line) {
        return number + new String(line, StandardCharsets.US_ASCII);
    }

    private static void awaitFailures(TestServer server, long count) {
        Await.that(
                () -> server.server().failedHandshakes() == count,
                () -> server.server().failedHandshakes() + " failed handshakes, never " + count);
    }
}
