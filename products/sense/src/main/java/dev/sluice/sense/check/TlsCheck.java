package dev.sluice.sense.check;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Performs a TLS handshake. The chain must be trusted, the certificate must be for this name, and each
/// certificate of the chain must remain valid for some time.
///
/// @param timeout the timeout of a run
/// @param name    the name for which the certificate must be valid
/// @param least   the time for which each certificate must remain valid
public record TlsCheck(
        Network network, String host, int port, Duration timeout, String name, Duration least, InstantSource clock)
        implements Check {
    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try (var plain = network.connect(host, port, timeout)) {
            try (var socket = network.secure(plain, name)) {
                Duration latency = Duration.ofNanos(System.nanoTime() - start);
                List<Certificates.Shown> path =
                        network.path(List.of(socket.getSession().getPeerCertificates())).stream()
                                .map(each -> new Certificates.Shown(name, each))
                                .toList();
                Optional<Failure> expiring = Certificates.expiring(path, least, clock.instant());
                if (expiring.isPresent()) return new Outcome.Failed(expiring.get());
                Instant end = Certificates.first(path).orElseThrow().end(); // A handshake has at least one certificate.
                Duration left = Duration.between(clock.instant(), end);
                return new Outcome.Passed(latency, "valid for " + Certificates.text(left));
            }
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("trusted-certificate", name), Reason.of(failed));
        }
    }
}
