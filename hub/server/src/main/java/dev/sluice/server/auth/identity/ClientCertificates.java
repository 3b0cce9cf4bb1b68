package dev.sluice.server.auth.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.encoding.Sha256;
import dev.sluice.core.event.EventKey;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Derives the identities of callers from client certificates that a TLS handshake has verified. May be used
/// from any thread, and never blocks.
public final class ClientCertificates {
    /// @param authorities null if the authorities of the listener suffice
    private record Issuer(CertificateKey key, @Nullable X509TrustManager authorities) {}

    private final List<Issuer> issuers = new ArrayList<>();
    private final Set<String> reservedNames;
    private final InstantSource clock;

    /// By identity, because the session of a TLS connection keeps its certificate. The outcome does not include
    /// the check for expiry, which depends on the current time.
    private final Cache<X509Certificate, Verification> outcomes =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    /// @param reservedNames the names that no certificate may have
    public ClientCertificates(Collection<CertificateKey> keys, Set<String> reservedNames, InstantSource clock) {
        for (CertificateKey key : keys) issuers.add(new Issuer(key, trustManager(key)));
        this.reservedNames = Set.copyOf(reservedNames);
        this.clock = clock;
    }

    private static @Nullable X509TrustManager trustManager(CertificateKey key) {
        if (key.authorities().isEmpty()) return null;
        try {
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, null);
            for (X509Certificate each : key.authorities()) {
                anchors.setCertificateEntry("authority-" + anchors.size(), each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager each : factory.getTrustManagers())
                if (each instanceof X509TrustManager found) return found;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new IllegalArgumentException("the authorities of the key '" + key.kid() + "' are unusable", unusable);
        }
        throw new IllegalStateException("every JDK verifies certificates");
    }

    /// Returns true if certificates are credentials of this hub.
    public boolean areTaken() {
        return !issuers.isEmpty();
    }

    /// @param chain the client's own certificate first
    public Verification verify(List<X509Certificate> chain) {
        Verification outcome = Objects.requireNonNull(outcomes.get(chain.getFirst(), _ -> identify(chain)));
        if (!(outcome instanceof Verification.Verified(var identity))) return outcome;
        Instant expiry = Objects.requireNonNull(identity.credential().expiry());
        if (clock.instant().isBefore(expiry)) return outcome;
        return new Verification.BadToken(
                "The client certificate expired at " + expiry + ": connect again with a new one.");
    }

    private Verification identify(List<X509Certificate> chain) {
        try {
            for (Issuer each : issuers) {
                if (isIssued(chain, each.authorities())) {
                    return new Verification.Verified(identity(chain.getFirst(), each.key()));
                }
            }
            return new Verification.BadToken("The hub has no key for certificates of this one's authority: show another"
                    + " one, or none, or have the operator of the hub add the key.");
        } catch (InvalidTokenException invalid) {
            return new Verification.BadToken(invalid.reason());
        }
    }

    private static boolean isIssued(List<X509Certificate> chain, @Nullable X509TrustManager authorities) {
        if (authorities == null) return true;
        try {
            authorities.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new),
                    chain.getFirst().getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException anotherAuthority) {
            return false;
        }
    }

    private Identity identity(X509Certificate certificate, CertificateKey key) {
        String subject = key.name().of(certificate);
        try {
            EventKey.check(subject, "the name in the client certificate");
        } catch (IllegalArgumentException invalid) {
            throw new InvalidTokenException("The caller's name is not valid: " + invalid.getMessage() + ".");
        }
        if (reservedNames.contains(subject)) {
            throw new InvalidTokenException(
                    "The client certificate has the name of a key of the hub: give the caller another.");
        }
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (Duration.between(from, until).compareTo(key.lifetimeMax()) > 0) {
            throw new InvalidTokenException("The client certificate is valid for longer than its key permits, which is "
                    + key.lifetimeMax().toDays() + " days (lifetime_max).");
        }
        return new Identity(
                subject,
                new Credential(key.kid(), fingerprint(certificate), from, until, key.roles()),
                Permissions.NONE,
                key.ceiling(),
                key);
    }

    /// As `openssl x509 -fingerprint -sha256` prints it, in lower case and without colons.
    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(Sha256.hash(certificate.getEncoded()));
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate of a handshake has an encoding", impossible);
        }
    }
}
