package dev.sluice.sense.check;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/// The way in which checks reach their targets: name resolution, and the trusted certificate authorities.
///
/// @param authorities the names of the authorities that `trust` accepts
public record Network(Dns dns, SSLSocketFactory sockets, X509TrustManager trust, Set<X500Principal> authorities) {
    /// Returns the network of this machine with the certificate authorities of the JVM.
    public static Network system() {
        return of(Dns.SYSTEM, null);
    }

    /// @param trusted null for the certificate authorities of the JVM
    public static Network of(Dns dns, @Nullable KeyStore trusted) {
        try {
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            var trust = (X509TrustManager) managers.getTrustManagers()[0];
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            Set<X500Principal> authorities = Arrays.stream(trust.getAcceptedIssuers())
                    .map(X509Certificate::getSubjectX500Principal)
                    .collect(Collectors.toUnmodifiableSet());
            return new Network(dns, context.getSocketFactory(), trust, authorities);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JVM has no TLS", impossible);
        }
    }

    /// Connects to the first address of a host that answers. Each address has its share of the time, so that
    /// an unreachable one leaves time for the others.
    ///
    /// @return a socket whose address has the name of the host as given
    /// @throws IOException the failure of the first address if none answers
    public Socket connect(String host, int port, Duration timeout) throws IOException {
        List<InetAddress> addresses = dns.lookup(host);
        long end = System.nanoTime() + timeout.toNanos();
        IOException first = null;
        for (int i = 0; i < addresses.size(); i++) {
            long shareMs = (end - System.nanoTime()) / 1_000_000 / (addresses.size() - i);
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(named(host, addresses.get(i)), port), (int) Math.max(1, shareMs));
                return socket;
            } catch (IOException failed) {
                socket.close();
                if (Thread.currentThread().isInterrupted()) throw failed;
                if (first == null) first = failed;
                else first.addSuppressed(failed);
            }
        }
        throw first == null ? new IOException("no address") : first;
    }

    /// Sets the name, because a reverse lookup would replace the host by a name that the address's owner
    /// chose.
    private static InetAddress named(String host, InetAddress address) throws UnknownHostException {
        return address instanceof Inet6Address six && six.getScopeId() != 0
                ? Inet6Address.getByAddress(host, six.getAddress(), six.getScopeId())
                : InetAddress.getByAddress(host, address.getAddress());
    }

    /// Performs a TLS handshake over a connection. The chain must be trusted, and the certificate must be for
    /// this name.
    ///
    /// @return a socket whose `close` also closes the connection
    public SSLSocket secure(Socket plain, String name) throws IOException {
        var socket = (SSLSocket) sockets.createSocket(plain, name, plain.getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // Checks the name (RFC 9110 §4.3.4).
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /// Returns the certificates from that of a server up to a trusted authority, without the authority. A
    /// server may also send certificates that are not on this path, such as the former certificate of its
    /// authority; they are ignored.
    ///
    /// @param shown the certificates that the server sent, its own first
    List<X509Certificate> path(List<? extends Certificate> shown) {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate next = shown.isEmpty() ? null : (X509Certificate) shown.getFirst();
        while (next != null && !path.contains(next)) {
            path.add(next);
            X500Principal issuer = next.getIssuerX500Principal();
            if (authorities.contains(issuer)) break;
            next = shown.stream()
                    .map(X509Certificate.class::cast)
                    .filter(each -> each.getSubjectX500Principal().equals(issuer))
                    .findFirst()
                    .orElse(null);
        }
        return path;
    }
}
