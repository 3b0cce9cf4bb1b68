package dev.sluice.server.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A private key, and the chain of certificates that its owner presents, with its own certificate first.
public record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] PROBE = new byte[32];

    public CertifiedKey {
        chain = List.copyOf(chain);
    }

    /// Checks that the key belongs to the certificate.
    static CertifiedKey of(PrivateKey key, Path keyFile, List<X509Certificate> chain, Path chainFile)
            throws InvalidCertificateException {
        if (!isPair(key, chain.getFirst().getPublicKey())) {
            throw new InvalidCertificateException(
                    keyFile, "does not have the private key of the first certificate in '" + chainFile + "'.", null);
        }
        return new CertifiedKey(key, chain);
    }

    private static boolean isPair(PrivateKey key, PublicKey certified) {
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherType) {
            return false; // Or a key of another length.
        }
    }

    /// The reason for which clients refuse the chain at a time, as the rest of a sentence about its file; empty if
    /// they accept it.
    public Optional<String> problem(Instant now) {
        for (X509Certificate each : chain) {
            if (now.isAfter(each.getNotAfter().toInstant())) {
                return Optional.of("has a certificate that has expired (%s, %s): clients refuse it."
                        .formatted(name(each), each.getNotAfter().toInstant()));
            }
            if (now.isBefore(each.getNotBefore().toInstant())) {
                return Optional.of("has a certificate that is not valid yet (%s, from %s on): clients refuse it."
                        .formatted(name(each), each.getNotBefore().toInstant()));
            }
        }
        return Optional.empty();
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /// Without the key.
    @Override
    public String toString() {
        return name(chain.getFirst());
    }
}
