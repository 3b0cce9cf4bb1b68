package dev.sluice.server;

import dev.sluice.server.net.Listener;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import dev.sluice.server.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// TLS for servers of tests and their clients, with one certificate for all.
public final class Secure {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /// The TLS context of clients that trust the servers.
    public static final SSLContext CONTEXT = CERTIFICATES.client(null);

    private static final Path FOLDER = folder();
    private static final CertificateSource CERTIFICATE = TestCertificates.write(FOLDER, CERTIFICATES.forLocalhost());
    private static final Path AUTHORITY = authority();

    private Secure() {}

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("sluice-tls");
            folder.toFile().deleteOnExit();
            for (String file : List.of("certificate.pem", "key.pem", "authority.pem")) {
                folder.resolve(file).toFile().deleteOnExit();
            }
            return folder;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Path authority() {
        Path file = FOLDER.resolve("authority.pem");
        TestCertificates.write(file, TestCertificates.pem(CERTIFICATES.authority()));
        return file;
    }

    /// The authority of the servers, and of the clients that [#certificate] names.
    public static X509Certificate authorityOfClients() {
        return CERTIFICATES.authority();
    }

    /// A certificate for a client, by the authority that [#mutual] asks for.
    public static CertifiedKey certificate(String name) {
        return CERTIFICATES.forClient(name);
    }

    /// The TLS context of a client that shows a certificate.
    public static SSLContext showing(CertifiedKey certificate) {
        return CERTIFICATES.client(certificate);
    }

    /// The TLS context of another web server on this machine, with a certificate of its own.
    public static SSLContext ofAnotherServer() {
        return CERTIFICATES.client(CERTIFICATES.forLocalhost());
    }

    /// These settings with TLS on the first listener.
    public static ServerSettings settings(ServerSettings plain) {
        return settings(plain, null);
    }

    /// These settings with TLS on the first listener, where clients may show certificates.
    public static ServerSettings mutual(ServerSettings plain) {
        return settings(plain, AUTHORITY);
    }

    private static ServerSettings settings(ServerSettings plain, @Nullable Path clientCas) {
        List<Listener> listeners = new ArrayList<>(plain.listeners());
        listeners.set(0, listener(clientCas));
        return plain.toBuilder().listeners(listeners).build();
    }

    /// These settings with a further listener, as [#mutual] has.
    public static ServerSettings besidePlain(ServerSettings plain) {
        List<Listener> listeners = new ArrayList<>(plain.listeners());
        listeners.add(listener(AUTHORITY));
        return plain.toBuilder().listeners(listeners).build();
    }

    private static Listener listener(@Nullable Path clientCas) {
        var tls = new TlsSettings(CERTIFICATE, clientCas, TlsSettings.HANDSHAKE_TIME);
        return new Listener("127.0.0.1", 0, Listener.Role.PUBLIC, tls);
    }

    /// A connection after its handshake.
    ///
    /// @param protocol to offer: `h2` or `http/1.1`
    public static SSLSocket socket(int port, String protocol) {
        return socket(CONTEXT, port, protocol);
    }

    /// A connection after its handshake, by a client with this context.
    public static SSLSocket socket(SSLContext context, int port, String protocol) {
        try {
            return over(context, new Socket(InetAddress.getLoopbackAddress(), port), protocol);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// A connection after its handshake; closing it closes the one below.
    ///
    /// @param plain    a connected socket
    /// @param protocol to offer: `h2` or `http/1.1`
    public static SSLSocket over(Socket plain, String protocol) {
        return over(CONTEXT, plain, protocol);
    }

    private static SSLSocket over(SSLContext context, Socket plain, String protocol) {
        try {
            Socket socket = context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
            SSLSocket secure = (SSLSocket) socket;
            secure.setSoTimeout((int) TestServer.PATIENCE.toMillis());
            var parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            if (!secure.getApplicationProtocol().equals(protocol)) throw new AssertionError("not chosen: " + protocol);
            return secure;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
