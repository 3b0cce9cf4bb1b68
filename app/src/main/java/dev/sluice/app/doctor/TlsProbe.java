package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Checks the certificate at the hub's address, and the version of HTTP that is negotiated.
final class TlsProbe {
    private static final Duration SOON = Duration.ofDays(14);

    private static final int TIME_MS_MAX = 8_000;

    /// @param isTrusted whether clients accept the certificate; nothing secret is sent otherwise
    record Outcome(ProbeResult result, boolean isTrusted) {}

    private final SSLContext trusting;
    private final Instant now;

    /// @param trusting the authorities that clients trust
    TlsProbe(SSLContext trusting, Instant now) {
        this.trusting = trusting;
        this.now = now;
    }

    /// @throws IOException if there is no TLS at the address
    Outcome run(HubPath path) throws IOException {
        if (!path.isSecure()) {
            return outcome("not encrypted", List.of(Finding.note("http1-only", "http:// has HTTP/1.1 only")), true);
        }
        try {
            Handshake handshake = Handshake.of(path, trusting, true);
            return outcome(handshake.seen(), findings(handshake), true);
        } catch (SSLException refused) {
            return outcome("", List.of(untrusted(path, refused)), false);
        }
    }

    private static Outcome outcome(String seen, List<Finding> findings, boolean isTrusted) {
        return new Outcome(new ProbeResult("tls", seen, findings), isTrusted);
    }

    private List<Finding> findings(Handshake handshake) {
        List<Finding> findings = new ArrayList<>();
        Instant end = handshake.certificate.getNotAfter().toInstant();
        if (end.isBefore(now.plus(SOON)))
            findings.add(Finding.warning("certificate-expiring", "it is valid until " + end));
        if (!handshake.protocol.equals("h2")) {
            findings.add(Finding.warning(
                    "http1-only",
                    "HTTP/2 was offered, and "
                            + (handshake.protocol.isEmpty() ? "nothing" : PlainText.beginning(handshake.protocol))
                            + " was chosen"));
        }
        return findings;
    }

    /// Reads the certificate without trusting it, to find the fault.
    private Finding untrusted(HubPath path, SSLException refused) throws IOException {
        X509Certificate certificate = Handshake.of(path, AnyCertificate.context(), false).certificate;
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(now)) return Finding.error("certificate-expired", "it was valid until " + end);
        try {
            Handshake.of(path, trusting, false);
            return Finding.error(
                    "certificate-name", "it is not for " + path.hub().getHost());
        } catch (SSLException stillRefused) {
            String issuer = certificate.getIssuerX500Principal().getName();
            return Finding.error(
                    "certificate-untrusted",
                    "it was issued by " + PlainText.beginning(issuer) + "; "
                            + PlainText.beginning("" + refused.getMessage()));
        }
    }

    /// A finished handshake.
    ///
    /// @param protocol the protocol negotiated by ALPN; empty for none
    private record Handshake(X509Certificate certificate, String protocol, String version) {
        static Handshake of(HubPath path, SSLContext context, boolean checksName) throws IOException {
            String host = path.hub().getHost();
            int port = path.port();
            try (var plain = new Socket()) {
                plain.connect(new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port), TIME_MS_MAX);
                plain.setSoTimeout(TIME_MS_MAX);
                try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
                    if (checksName) parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);
                    socket.startHandshake();
                    @Nullable String protocol = socket.getApplicationProtocol();
                    return new Handshake(
                            (X509Certificate) socket.getSession().getPeerCertificates()[0],
                            protocol == null ? "" : protocol,
                            socket.getSession().getProtocol());
                }
            }
        }

        String seen() {
            return version + ", " + (protocol.equals("h2") ? "HTTP/2" : "HTTP/1.1") + ", certificate valid until "
                    + certificate.getNotAfter().toInstant();
        }
    }
}
