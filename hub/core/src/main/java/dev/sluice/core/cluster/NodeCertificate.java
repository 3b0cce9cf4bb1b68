package dev.sluice.core.cluster;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// The certificate that a node shows to the others, and the authorities whose certificates it accepts from them.
///
/// @param chain       the node's own first, then those of the authorities between it and the root
/// @param authorities the authorities of all nodes; they should certify nodes of this cluster and nothing else
public record NodeCertificate(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {
    public NodeCertificate {
        chain = List.copyOf(chain);
        authorities = List.copyOf(authorities);
        if (chain.isEmpty() || authorities.isEmpty()) {
            throw new IllegalArgumentException("a node needs a certificate and an authority");
        }
    }

    /// Omits the key.
    @Override
    public String toString() {
        return chain.getFirst().getSubjectX500Principal().getName();
    }
}
