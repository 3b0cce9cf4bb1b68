package dev.sluice.sense.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Makes a TLS handshake: the chain must be trusted, the certificate must be for this name, and valid for some time
/// yet.
///
/// @param sockets with the trusted authorities
/// @param name    the name that the certificate must have
/// @param least   the time that the certificate must have left
public record TlsCheck(
        SSLSocketFactory sockets, String host, int port, String name, Duration least, InstantSource clock)
        implements Check {
    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try (var plain = new Socket()) {
            var address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) throw new UnknownHostException(host);
            plain.connect(address);
            try (var socket = (SSLSocket) sockets.createSocket(plain, name, port, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // Checks the name (RFC 9110 §4.3.4).
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                Duration latency = Duration.ofNanos(System.nanoTime() - start);
                var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                Optional<Failure> expiring =
                        Certificates.expiring(certificate.getNotAfter().toInstant(), least, clock.instant());
                if (expiring.isPresent()) return new Outcome.Failed(expiring.get());
                Duration left = Duration.between(
                        clock.instant(), certificate.getNotAfter().toInstant());
                return new Outcome.Passed(latency, "valid for " + Certificates.text(left));
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("trusted-certificate", name), Reason.of(failed));
        }
    }
}
