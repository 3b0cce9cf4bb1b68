package dev.sluice.server.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The TLS of a listener.
///
/// @param certificate   the certificate that the listener presents to its clients
/// @param clientCas     a PEM file with the authorities whose certificates clients may present; null if clients
///                      are not asked for a certificate
/// @param handshakeTime the maximum time from the connection to the end of the handshake, after which the
///                      connection is closed
public record TlsSettings(
        CertificateSource certificate, @Nullable Path clientCas, Duration handshakeTime) {
    public static final Duration HANDSHAKE_TIME = Duration.ofSeconds(10);

    public TlsSettings {
        if (handshakeTime.isNegative() || handshakeTime.isZero()) {
            throw new IllegalArgumentException("handshakeTime must be positive, was " + handshakeTime);
        }
    }

    /// All files that a listener with these settings reads.
    public List<Path> files() {
        List<Path> files = new ArrayList<>(certificate.files());
        if (clientCas != null) files.add(clientCas);
        return files;
    }
}
