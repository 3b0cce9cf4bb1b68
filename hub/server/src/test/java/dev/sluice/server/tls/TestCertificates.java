package dev.sluice.server.tls;

import dev.sluice.wire.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.jspecify.annotations.Nullable;

/// An authority, and certificates of it in files, for a server on this machine and its clients.
public final class TestCertificates {
    private static final Duration DAY = Duration.ofDays(1);
    private static final char[] NO_PASSWORD = new char[0];

    private final CertificateAuthority authority = new CertificateAuthority("Sluice tests", Instant.now(), DAY);

    public X509Certificate authority() {
        return authority.certificate();
    }

    /// A certificate for `localhost` and 127.0.0.1.
    public CertifiedKey forLocalhost() {
        return authority.issue(CertificateAuthority.Use.SERVER, Instant.now(), DAY, "localhost", "127.0.0.1");
    }

    public CertifiedKey forServer(Instant from, Duration time, String... names) {
        return authority.issue(CertificateAuthority.Use.SERVER, from, time, names);
    }

    public CertifiedKey forClient(String name) {
        return authority.issue(CertificateAuthority.Use.CLIENT, Instant.now(), DAY, name);
    }

    /// Settings with a new certificate for `localhost` in files of a folder.
    public TlsSettings settings(Path folder) {
        return new TlsSettings(write(folder, forLocalhost()), null, TlsSettings.HANDSHAKE_TIME);
    }

    /// Writes `certificate.pem` and `key.pem`.
    public static CertificateSource.Pem write(Path folder, CertifiedKey certified) {
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        write(certificate, PemFile.text(certified.chain()));
        write(key, PemFile.text(certified.key()));
        return new CertificateSource.Pem(certificate, key);
    }

    public static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public static String pem(X509Certificate... certificates) {
        return PemFile.text(List.of(certificates));
    }

    /// A private key of type RSA or EC as `openssl` writes it with `-traditional`.
    public static String traditional(byte[] pkcs8) {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
        try {
            ASN1Encodable inner = info.parsePrivateKey();
            if (info.getPrivateKeyAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
                return PemFile.text("RSA PRIVATE KEY", inner.toASN1Primitive().getEncoded());
            }
            ASN1Encodable curve = info.getPrivateKeyAlgorithm().getParameters();
            var key = new ECPrivateKey(256, ECPrivateKey.getInstance(inner).getKey(), curve);
            return PemFile.text("EC PARAMETERS", curve.toASN1Primitive().getEncoded())
                    + PemFile.text("EC PRIVATE KEY", key.getEncoded());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// The context of a client that trusts the authority, or of a server.
    ///
    /// @param shown its own certificate; null: none
    public SSLContext client(@Nullable CertifiedKey shown) {
        return Trust.in(List.of(authority()), shown == null ? null : keys(shown));
    }

    public static KeyManager[] keys(CertifiedKey shown) {
        try {
            KeyStore own = KeyStore.getInstance("JKS"); // PKCS #12 derives a key with 10,000 hashes, twice.
            own.load(null, NO_PASSWORD);
            own.setKeyEntry("own", shown.key(), NO_PASSWORD, shown.chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException | IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
