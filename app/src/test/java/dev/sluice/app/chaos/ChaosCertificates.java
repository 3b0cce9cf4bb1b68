package dev.sluice.app.chaos;

import dev.sluice.server.tls.CertificateSource;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.NodeAuthority;
import dev.sluice.server.tls.PemFile;
import dev.sluice.wire.Trust;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The certificates with which nodes talk to each other over mutual TLS, as `sluice cluster certs` makes them, and one
/// for this process.
final class ChaosCertificates {
    private static final Duration DAY = Duration.ofDays(1);
    private static final char[] NO_PASSWORD = {};

    private final List<NodeAuthority.Pair> pairs;
    private final Path authority;
    private final SSLContext context;

    /// @param hosts of the nodes, in their order
    ChaosCertificates(Path folder, List<String> hosts) throws Exception {
        Instant early = Instant.now().minus(DAY); // The clocks of nodes differ.
        var made = NodeAuthority.in(folder, early);
        pairs = made.issue(hosts, early, DAY.multipliedBy(30));
        authority = made.certificate();
        var own = made.issue(List.of("test"), early, DAY.multipliedBy(30)).getFirst();
        context = context(new CertificateSource.Pem(own.certificate(), own.key()).read());
    }

    private SSLContext context(CertifiedKey own) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return Trust.in(PemFile.certificates(authority), keys.getKeyManagers());
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

    /// Has this process ask a node at its address, for which no certificate is.
    void use(HttpURLConnection connection) {
        var secured = (HttpsURLConnection) connection;
        secured.setSSLSocketFactory(context.getSocketFactory());
        secured.setHostnameVerifier((host, session) -> true);
    }
}
