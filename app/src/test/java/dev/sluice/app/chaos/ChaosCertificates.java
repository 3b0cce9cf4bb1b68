package dev.sluice.app.chaos;

import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.NodeAuthority;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import dev.sluice.wire.Trust;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/// The certificates with which nodes talk to each other over mutual TLS, as `sluice cluster certs` makes them, and one
/// for this process.
final class ChaosCertificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final List<NodeAuthority.Pair> pairs;
    private final Path authority;
    private final SSLContext context;

    /// @param hosts the hosts of the nodes, in order
    ChaosCertificates(Path folder, List<String> hosts) throws Exception {
        Instant early = Instant.now().minus(DAY); // The clocks of nodes differ.
        var made = NodeAuthority.in(folder, early);
        pairs = made.issue(hosts, early, DAY.multipliedBy(30));
        authority = made.certificate();
        var own = made.issue(List.of("test"), early, DAY.multipliedBy(30)).getFirst();
        var shown = new CertificateSource.Pem(own.certificate(), own.key()).read();
        context = Trust.in(PemFile.certificates(authority), TestCertificates.keys(shown));
    }

    /// The lines of a node's configuration, in the table `cluster`.
    String settings(int node) {
        NodeAuthority.Pair own = pairs.get(node);
        return """
                certificate_file = "%s"
                key_file = "%s"
                ca_file = "%s"
                """.formatted(own.certificate(), own.key(), authority);
    }

    /// Makes this process send requests to a node at its address, which no certificate names.
    void use(HttpURLConnection connection) {
        var secured = (HttpsURLConnection) connection;
        secured.setSSLSocketFactory(context.getSocketFactory());
        secured.setHostnameVerifier((host, session) -> true);
    }
}
