package dev.sluice.server.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
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
import java.util.List;

/// A certificate authority for development and tests (RFC 5280). All keys are of P-256; its own exists in memory only.
public final class CertificateAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final byte[] COMMON_NAME = Der.oid("2.5.4.3");
    private static final byte[] BASIC_CONSTRAINTS = Der.oid("2.5.29.19");
    private static final byte[] KEY_USAGE = Der.oid("2.5.29.15");
    private static final byte[] EXTENDED_KEY_USAGE = Der.oid("2.5.29.37");
    private static final byte[] ALTERNATIVE_NAME = Der.oid("2.5.29.17");
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /// Clocks of clients may be behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private final KeyPair pair;
    private final String name;
    private final X509Certificate certificate;

    /// What a certificate is for.
    public enum Use {
        SERVER("1.3.6.1.5.5.7.3.1"),
        CLIENT("1.3.6.1.5.5.7.3.2");

        private final String purpose;

        Use(String purpose) {
            this.purpose = purpose;
        }
    }

    /// @param now  its certificate is valid from then on
    /// @param time for how long
    public CertificateAuthority(String name, Instant now, Duration time) {
        this.name = name;
        this.pair = newPair();
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.TRUE)),
                extension(KEY_USAGE, true, Der.bits(1, (byte) 0b0000_0110))); // keyCertSign, cRLSign
        this.certificate = signed(name, pair.getPublic(), now, time, extensions);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /// Issues a certificate, with a new key.
    ///
    /// @param names host names or IP addresses; the first one is the subject, too
    public CertifiedKey issue(Use use, Instant now, Duration time, String... names) {
        KeyPair issued = newPair();
        List<byte[]> alternatives = new ArrayList<>();
        for (String each : names) alternatives.add(alternative(each));
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(KEY_USAGE, true, Der.bits(7, (byte) 0b1000_0000)), // digitalSignature
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(use.purpose))),
                extension(ALTERNATIVE_NAME, false, Der.sequence(alternatives.toArray(byte[][]::new))));
        X509Certificate leaf = signed(names[0], issued.getPublic(), now, time, extensions);
        return new CertifiedKey(issued.getPrivate(), List.of(leaf));
    }

    private static byte[] alternative(String name) {
        if (!name.contains(":") && !name.matches("[0-9.]+")) return Der.implicit(DNS_NAME, ascii(name));
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

    private X509Certificate signed(String subject, PublicKey key, Instant now, Duration time, byte[] extensions) {
        byte[] content = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)), // Version 3.
                Der.integer(new BigInteger(127, RANDOM).setBit(126)),
                ECDSA_WITH_SHA256,
                commonName(name),
                Der.sequence(Der.time(now.minus(BACKDATED)), Der.time(now.plus(time))),
                commonName(subject),
                key.getEncoded(),
                Der.explicit(3, extensions));
        byte[] encoded = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, signature(content, pair.getPrivate())));
        try {
            var parsed = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return (X509Certificate) parsed;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the encoding of a certificate is wrong", impossible);
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
