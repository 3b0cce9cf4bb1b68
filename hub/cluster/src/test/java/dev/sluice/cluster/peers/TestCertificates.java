package dev.sluice.cluster.peers;

import dev.sluice.core.cluster.NodeCertificate;
import dev.sluice.core.cluster.NodeCertificates;
import dev.sluice.server.tls.CertificateAuthority;
import dev.sluice.server.tls.CertificateAuthority.Use;
import dev.sluice.server.tls.CertifiedKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Certificates of nodes, without files. Replaced by [#replace].
public final class TestCertificates implements NodeCertificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final AtomicReference<NodeCertificate> next;
    private volatile boolean isChanged;

    private TestCertificates(NodeCertificate first) {
        next = new AtomicReference<>(first);
    }

    public static CertificateAuthority authority() {
        return new CertificateAuthority("authority of nodes", Instant.now(), DAY);
    }

    public static TestCertificates of(CertificateAuthority authority, String host) {
        return new TestCertificates(node(authority, host, Instant.now()));
    }

    public static TestCertificates of(NodeCertificate first) {
        return new TestCertificates(first);
    }

    /// @param from it is valid for a day from then on
    static NodeCertificate node(CertificateAuthority authority, String host, Instant from) {
        CertifiedKey issued = authority.issue(Use.NODE, from, DAY, host);
        return new NodeCertificate(issued.key(), issued.chain(), List.of(authority.certificate()));
    }

    void replace(NodeCertificate with) {
        next.set(with);
        isChanged = true;
    }

    @Override
    public boolean haveChanged() {
        return isChanged;
    }

    @Override
    public NodeCertificate read() {
        isChanged = false;
        return next.get();
    }
}
