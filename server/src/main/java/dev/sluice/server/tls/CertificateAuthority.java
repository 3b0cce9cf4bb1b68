package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A certificate authority for development, for the nodes of a cluster, and for tests (RFC 5280). All keys
/// are of P-256.
public final class CertificateAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final byte[] COMMON_NAME = Der.oid("2.5.4.3");
    private static final byte[] BASIC_CONSTRAINTS = Der.oid("2.5.29.19");
    private static final byte[] KEY_USAGE = Der.oid("2.5.29.15");
    private static final byte[] EXTENDED_KEY_USAGE = Der.oid("2.5.29.37");
    private static final byte[] ALTERNATIVE_NAME = Der.oid("2.5.29.17");
    private static final byte[] NAME_CONSTRAINTS = Der.oid("2.5.29.30");
    private static final byte[] SUBJECT_KEY_IDENTIFIER = Der.oid("2.5.29.14");
    private static final byte[] AUTHORITY_KEY_IDENTIFIER = Der.oid("2.5.29.35");
    private static final int KEY_IDENTIFIER_BYTES = 20;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /// Clocks of clients may be behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final PrivateKey key;
    private final X509Certificate certificate;

    /// The purpose of a certificate (RFC 5280 §4.2.1.12).
    public enum Use {
        SERVER,
        CLIENT,
        /// Of a cluster: it connects to the others, and they to it.
        NODE;

        private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
        private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

        private byte[] encoded() {
            return switch (this) {
                case SERVER -> Der.sequence(Der.oid(SERVER_AUTH));
                case CLIENT -> Der.sequence(Der.oid(CLIENT_AUTH));
                case NODE -> Der.sequence(Der.oid(SERVER_AUTH), Der.oid(CLIENT_AUTH));
            };
        }
    }

    /// An authority for all names.
    ///
    /// @param now  its certificate is valid from then on
    /// @param time for how long
    public CertificateAuthority(String name, Instant now, Duration time) {
        this(name, now, time, List.of());
    }

    /// @param names the host names (with all below each) and addresses for which clients believe it; empty: all
    CertificateAuthority(String name, Instant now, Duration time, List<String> names) {
        KeyPair pair = newPair();
        this.key = pair.getPrivate();
        List<byte[]> extensions = new ArrayList<>(List.of(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.TRUE, Der.integer(BigInteger.ZERO))),
                extension(KEY_USAGE, true, Der.bits(1, (byte) 0b0000_0110)))); // keyCertSign, cRLSign
        if (!names.isEmpty()) extensions.add(extension(NAME_CONSTRAINTS, true, constraints(names)));
        byte[] subject = commonName(name);
        this.certificate = signed(subject, subject, pair.getPublic(), pair.getPublic(), now, time, extensions);
    }

    /// An authority that was there before.
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

    /// Issues a certificate, with a new key.
    ///
    /// @param names host names or IP addresses; the first one is the subject, too
    public CertifiedKey issue(Use use, Instant now, Duration time, String... names) {
        KeyPair issued = newPair();
        List<byte[]> alternatives = new ArrayList<>();
        for (String each : names) alternatives.add(alternative(each));
        List<byte[]> extensions = List.of(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(KEY_USAGE, true, Der.bits(7, (byte) 0b1000_0000)), // digitalSignature
                extension(EXTENDED_KEY_USAGE, false, use.encoded()),
                extension(ALTERNATIVE_NAME, false, Der.sequence(alternatives.toArray(byte[][]::new))));
        byte[] issuer = certificate.getSubjectX500Principal().getEncoded();
        X509Certificate leaf = signed(
                issuer, commonName(names[0]), issued.getPublic(), certificate.getPublicKey(), now, time, extensions);
        return new CertifiedKey(issued.getPrivate(), List.of(leaf));
    }

    /// Permits the names and no others (RFC 5280 §4.2.1.10). An address has a mask behind it, here of all its bits.
    private static byte[] constraints(List<String> names) {
        List<byte[]> permitted = new ArrayList<>();
        for (String each : names) permitted.add(Der.sequence(isAddress(each) ? block(each) : alternative(each)));
        return Der.sequence(Der.explicit(0, permitted.toArray(byte[][]::new)));
    }

    private static byte[] block(String address) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        byte[] masked = Arrays.copyOf(bytes, 2 * bytes.length);
        Arrays.fill(masked, bytes.length, masked.length, (byte) 0xff);
        return Der.implicit(IP_ADDRESS, masked);
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("[0-9.]+");
    }

    /// The number of the type of a name among those of RFC 5280 §4.2.1.6.
    static int nameType(String name) {
        return isAddress(name) ? IP_ADDRESS : DNS_NAME;
    }

    private static byte[] alternative(String name) {
        if (!isAddress(name)) return Der.implicit(DNS_NAME, ascii(name));
        return Der.implicit(IP_ADDRESS, InetAddress.ofLiteral(name).getAddress());
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] extension(byte[] type, boolean isCritical, byte[] content) {
        return isCritical ? Der.sequence(type, Der.TRUE, Der.octets(content)) : Der.sequence(type, Der.octets(content));
    }

    private static byte[] commonName(String name) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(name))));
    }

    private X509Certificate signed(
            byte[] issuer,
            byte[] subject,
            PublicKey certified,
            PublicKey authority,
            Instant now,
            Duration time,
            List<byte[]> extensions) {
        List<byte[]> all = new ArrayList<>(extensions);
        all.add(extension(SUBJECT_KEY_IDENTIFIER, false, Der.octets(identifier(certified))));
        // Strict clients look for it in every certificate (RFC 5280 §4.2.1.1).
        all.add(extension(AUTHORITY_KEY_IDENTIFIER, false, Der.sequence(Der.implicit(0, identifier(authority)))));
        byte[] content = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)), // Version 3.
                Der.integer(new BigInteger(127, RANDOM).setBit(126)),
                ECDSA_WITH_SHA256,
                issuer,
                Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(now.plus(time))),
                subject,
                certified.getEncoded(),
                Der.explicit(3, Der.sequence(all.toArray(byte[][]::new))));
        byte[] encoded = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, signature(content, key)));
        try {
            var parsed = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return (X509Certificate) parsed;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the encoding of a certificate is wrong", impossible);
        }
    }

    /// A hash of the key, as RFC 7093 §2 permits.
    private static byte[] identifier(PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Arrays.copyOf(hash, KEY_IDENTIFIER_BYTES);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static byte[] signature(byte[] content, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has ECDSA", impossible);
        }
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
