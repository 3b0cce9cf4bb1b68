package dev.sluice.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Keys in PEM format (RFC 7468), not encrypted: public ones as SubjectPublicKeyInfo (§13), private ones as PKCS #8
/// (§10). The older formats of OpenSSL, which cert-manager and other tools still write, are wrapped into these: PKCS #1
/// of RSA keys (RFC 8017 §A.1) and SEC 1 of private EC keys (RFC 5915). Messages of exceptions complete a sentence that
/// begins with the file, and quote nothing of its content.
public final class PemKeys {
    /// The key's types, by their names in the JDK; the encodings of one are invalid for the others.
    private static final List<String> TYPES = List.of("RSA", "EC", "Ed25519");

    private static final AlgorithmIdentifier RSA =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

    private static final Map<String, Wrapping> PRIVATE_FORMATS = Map.of(
            "PRIVATE KEY", der -> der,
            "RSA PRIVATE KEY", PemKeys::wrappedRsa,
            "EC PRIVATE KEY", PemKeys::wrappedEc);

    private static final Map<String, Wrapping> PUBLIC_FORMATS =
            Map.of("PUBLIC KEY", der -> der, "RSA PUBLIC KEY", PemKeys::wrappedPublicRsa);

    /// Converts the content of a block to PKCS #8 or SubjectPublicKeyInfo.
    private interface Wrapping {
        byte[] wrap(byte[] der) throws IOException;
    }

    private interface Decoder<K> {
        K decode(KeyFactory factory, byte[] encoded) throws GeneralSecurityException;
    }

    private PemKeys() {}

    /// Whether the text has a private key in any format.
    public static boolean hasPrivateKey(String text) {
        return text.contains("PRIVATE KEY-----");
    }

    /// Parses the first private key of a text.
    ///
    /// @throws IllegalArgumentException if the text has no private key, or an encrypted or damaged one
    public static PrivateKey privateKey(String text) {
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new IllegalArgumentException("has an encrypted private key, which would need a password: decrypt it"
                    + " ('openssl pkey -in FILE -out NEW'; chmod 600), or use a PKCS #12 file where one is taken.");
        }
        return key(
                text, PRIVATE_FORMATS, (factory, encoded) -> factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    }

    /// Parses the first public key of a text.
    ///
    /// @throws IllegalArgumentException if the text has no public key, or a damaged one
    public static PublicKey publicKey(String text) {
        return key(text, PUBLIC_FORMATS, (factory, encoded) -> factory.generatePublic(new X509EncodedKeySpec(encoded)));
    }

    private static <K> K key(String text, Map<String, Wrapping> formats, Decoder<K> decoder) {
        for (PemFile.Block block : PemFile.blocks(text).toList()) {
            Wrapping wrapping = formats.get(block.label());
            if (wrapping != null) return decoded(block, wrapping, decoder);
        }
        throw new IllegalArgumentException(missing(formats));
    }

    private static <K> K decoded(PemFile.Block block, Wrapping wrapping, Decoder<K> decoder) {
        var damaged = new IllegalArgumentException("has a key that is damaged, or neither RSA, EC nor Ed25519.");
        byte[] encoded;
        try {
            encoded = wrapping.wrap(block.content());
        } catch (IOException | RuntimeException broken) { // The library documents no exceptions for broken ASN.1.
            damaged.addSuppressed(broken);
            throw damaged;
        }
        for (String type : TYPES) {
            try {
                return decoder.decode(KeyFactory.getInstance(type), encoded);
            } catch (GeneralSecurityException anotherType) {
                damaged.addSuppressed(anotherType);
            }
        }
        throw damaged;
    }

    private static String missing(Map<String, Wrapping> formats) {
        String kind = formats.containsKey("PUBLIC KEY") ? "PUBLIC KEY" : "PRIVATE KEY";
        return "has no " + kind.toLowerCase(Locale.ROOT) + " in PEM format, which begins with '-----BEGIN " + kind
                + "-----'.";
    }

    private static byte[] wrappedRsa(byte[] pkcs1) throws IOException {
        return privateKeyInfo(RSA, RSAPrivateKey.getInstance(ASN1Sequence.getInstance(pkcs1)));
    }

    private static byte[] wrappedEc(byte[] sec1) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(ASN1Sequence.getInstance(sec1));
        ASN1Encodable curve = key.getParametersObject();
        if (curve == null) throw new IllegalArgumentException("the key does not name its curve");
        return privateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
    }

    private static byte[] privateKeyInfo(AlgorithmIdentifier algorithm, ASN1Object key) throws IOException {
        return new PrivateKeyInfo(algorithm, key).getEncoded();
    }

    private static byte[] wrappedPublicRsa(byte[] pkcs1) throws IOException {
        return new SubjectPublicKeyInfo(RSA, RSAPublicKey.getInstance(ASN1Sequence.getInstance(pkcs1))).getEncoded();
    }
}
