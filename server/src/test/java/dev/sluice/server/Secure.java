package dev.sluice.server;

import dev.sluice.server.net.Listener;
import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.TestCertificates;
import dev.sluice.server.tls.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// TLS for servers of tests and their clients, with one certificate for all.
public final class Secure {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    /// What clients need to trust the servers.
    public static final SSLContext CONTEXT = CERTIFICATES.client(null);

    private static final CertificateSource CERTIFICATE = certificate();

    private Secure() {}

    private static CertificateSource certificate() {
        try {
            Path folder = Files.createTempDirectory("sluice-tls");
            CertificateSource files = TestCertificates.write(folder, CERTIFICATES.forLocalhost());
            folder.toFile().deleteOnExit();
            for (Path file : List.of(folder.resolve("certificate.pem"), folder.resolve("key.pem"))) {
                file.toFile().deleteOnExit();
            }
            return files;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// What another web server on this machine needs to have such a certificate, too.
    public static SSLContext ofAnotherServer() {
        return CERTIFICATES.client(CERTIFICATES.forLocalhost());
    }

    /// These settings with TLS on the first listener.
    public static ServerSettings settings(ServerSettings plain) {
        List<Listener> listeners = new ArrayList<>(plain.listeners());
        var tls = new TlsSettings(CERTIFICATE, null, TlsSettings.HANDSHAKE_TIME);
        listeners.set(0, new Listener("127.0.0.1", 0, Listener.Role.PUBLIC, tls));
        return new ServerSettings(
                listeners,
                plain.loops(),
                plain.connectionsMax(),
                plain.answerBytesMax(),
                plain.tick(),
                plain.stopTime(),
                plain.security(),
                plain.http(),
                plain.hub(),
                plain.subscribe(),
                plain.publish(),
                plain.presence());
    }

    /// A connection after its handshake.
    ///
    /// @param protocol to offer: `h2` or `http/1.1`
    public static SSLSocket socket(int port, String protocol) {
        try {
            return over(new Socket(InetAddress.getLoopbackAddress(), port), protocol);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// A connection after its handshake; closing it closes the one below.
    ///
    /// @param plain    a connected socket
    /// @param protocol to offer: `h2` or `http/1.1`
    public static SSLSocket over(Socket plain, String protocol) {
        try {
            Socket socket = CONTEXT.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
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
