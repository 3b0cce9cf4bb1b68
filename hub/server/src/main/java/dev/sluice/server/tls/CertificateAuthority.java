package dev.sluice.server.tls;

import dev.sluice.core.encoding.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/// A certificate authority for development, for the nodes of a cluster, and for tests (RFC 5280). All keys are
/// P-256 keys.
public final class CertificateAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_IDENTIFIER_BYTES = 20;

    /// Clocks of clients may be behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final PrivateKey key;
    private final X509Certificate certificate;

    /// The purpose of a certificate (RFC 5280 §4.2.1.12).
    public enum Use {
        SERVER,
        CLIENT,
        /// A node of a cluster, which connects to the other nodes and accepts their connections.
        NODE;

        private static final KeyPurposeId[] BOTH = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};

        private ExtendedKeyUsage extension() {
            return switch (this) {
                case SERVER -> new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth);
                case CLIENT -> new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
                case NODE -> new ExtendedKeyUsage(BOTH);
            };
        }
    }

    /// Adds the extensions that differ between certificates.
    private interface Extensions {
        void addTo(X509v3CertificateBuilder certificate) throws IOException;
    }

    /// Creates an authority for all names.
    ///
    /// @param now  the start of its certificate's validity
    /// @param time the duration of its certificate's validity
    public CertificateAuthority(String name, Instant now, Duration time) {
        this(name, now, time, List.of());
    }

    /// @param names the host names (with all below each) and addresses for which clients trust the authority;
    ///              empty for all
    CertificateAuthority(String name, Instant now, Duration time, List<String> names) {
        KeyPair pair = newPair();
        this.key = pair.getPrivate();
        X500Name subject = commonName(name);
        this.certificate = signed(subject, subject, pair.getPublic(), pair.getPublic(), now, time, added -> {
            added.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            added.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            if (!names.isEmpty()) added.addExtension(Extension.nameConstraints, true, constraints(names));
        });
    }

    /// Opens an existing authority.
    CertificateAuthority(CertifiedKey own) {
        this.key = own.key();
        this.certificate = own.chain().getFirst();
    }

    public X509Certificate certificate() {
        return certificate;
    }

    CertifiedKey own() {
        return new CertifiedKey(key, List.of(certificate));
    }

    /// Issues a certificate with a new key.
    ///
    /// @param names host names or IP addresses; the first one is also the subject
    public CertifiedKey issue(Use use, Instant now, Duration time, String... names) {
        KeyPair issued = newPair();
        X500Name issuer =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        X500Name subject = commonName(names[0]);
        PublicKey authority = certificate.getPublicKey();
        X509Certificate leaf = signed(issuer, subject, issued.getPublic(), authority, now, time, added -> {
            added.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            added.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            added.addExtension(Extension.extendedKeyUsage, false, use.extension());
            added.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
        });
        return new CertifiedKey(issued.getPrivate(), List.of(leaf));
    }

    /// Permits the names and no others (RFC 5280 §4.2.1.10). An address is followed by a mask, here with all
    /// bits set.
    private static NameConstraints constraints(List<String> names) {
        Stream<String> masked = names.stream()
                .map(each ->
                        IPAddress.isValidIPv6(each) ? each + "/128" : IPAddress.isValid(each) ? each + "/32" : each);
        GeneralSubtree[] permitted = masked.map(each -> new GeneralSubtree(new GeneralName(nameType(each), each)))
                .toArray(GeneralSubtree[]::new);
        return new NameConstraints(permitted, null);
    }

    private static GeneralNames alternatives(String... names) {
        return new GeneralNames(Stream.of(names)
                .map(each -> new GeneralName(nameType(each), each))
                .toArray(GeneralName[]::new));
    }

    /// The number of the type of a name among those of RFC 5280 §4.2.1.6.
    static int nameType(String name) {
        boolean isAddress = IPAddress.isValid(name) || IPAddress.isValidWithNetMask(name);
        return isAddress ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private X509Certificate signed(
            X500Name issuer,
            X500Name subject,
            PublicKey certified,
            PublicKey authority,
            Instant now,
            Duration time,
            Extensions extensions) {
        var serial = new BigInteger(127, RANDOM).setBit(126);
        // Without a locale, the years would be those of the machine's calendar.
        var from = new Time(Date.from(now.minus(BACKDATED)), Locale.ROOT);
        var until = new Time(Date.from(now.plus(time)), Locale.ROOT);
        try {
            var made = new JcaX509v3CertificateBuilder(issuer, serial, from, until, subject, certified);
            extensions.addTo(made);
            made.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier(certified)));
            // Strict clients require it in every certificate (RFC 5280 §4.2.1.1).
            made.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier(authority)));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(made.build(signer));
        } catch (IOException | OperatorCreationException | GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has ECDSA and X.509", impossible);
        }
    }

    /// A hash of the key, as RFC 7093 §2 permits.
    private static byte[] identifier(PublicKey key) {
        return Arrays.copyOf(Sha256.hash(key.getEncoded()), KEY_IDENTIFIER_BYTES);
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }
}
