package dev.sluice.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/// Parses unencrypted keys in PEM format (RFC 7468): public keys as SubjectPublicKeyInfo (§13), private keys as
/// PKCS #8 (§10). The older formats of OpenSSL, which cert-manager and other tools still write, are accepted as
/// well: PKCS #1 of RSA keys (RFC 8017 §A.1) and SEC 1 of private EC keys (RFC 5915). Messages of exceptions
/// complete a sentence that begins with the file, and quote nothing of its content.
public final class PemKeys {
    /// The types of keys, by their names in the JDK. The encoding of one type is invalid for the others.
    private static final List<String> TYPES = List.of("RSA", "EC", "Ed25519");

    private static final Pattern PRIVATE = blocks("(?:RSA |EC )?PRIVATE KEY");
    private static final Pattern PUBLIC = blocks("(?:RSA )?PUBLIC KEY");

    private interface Decoder<K> {
        K decode(KeyFactory factory, byte[] encoded) throws GeneralSecurityException;
    }

    private PemKeys() {}

    private static Pattern blocks(String label) {
        return Pattern.compile("-----BEGIN (" + label + ")-----[^-]*+-----END \\1-----");
    }

    /// Returns true if the text contains a private key in any format.
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
                text, PRIVATE, "PRIVATE KEY", (factory, der) -> factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    /// Parses the first public key of a text.
    ///
    /// @throws IllegalArgumentException if the text has no public key, a damaged one, or a private one
    public static PublicKey publicKey(String text) {
        if (hasPrivateKey(text)) {
            throw new IllegalArgumentException("has a private key, which only the issuer may have: put the public key"
                    + " there ('openssl pkey -in FILE -pubout').");
        }
        return key(text, PUBLIC, "PUBLIC KEY", (factory, der) -> factory.generatePublic(new X509EncodedKeySpec(der)));
    }

    private static <K> K key(String text, Pattern blocks, String kind, Decoder<K> decoder) {
        var block = blocks.matcher(text);
        if (!block.find()) {
            throw new IllegalArgumentException("has no " + kind.toLowerCase(Locale.ROOT)
                    + " in PEM format, which begins with '-----BEGIN " + kind + "-----'.");
        }
        var damaged = new IllegalArgumentException("has a key that is damaged, or neither RSA, EC nor Ed25519.");
        try (var parser = new PEMParser(new StringReader(block.group()))) {
            Object parsed = parser.readObject();
            byte[] encoded =
                    ((ASN1Object) (parsed instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : parsed)).getEncoded();
            for (String type : TYPES) {
                try {
                    return decoder.decode(KeyFactory.getInstance(type), encoded);
                } catch (GeneralSecurityException anotherType) {
                    damaged.addSuppressed(anotherType);
                }
            }
        } catch (IOException | RuntimeException broken) { // The library documents no exceptions for broken ASN.1.
            damaged.addSuppressed(broken);
        }
        throw damaged;
    }
}
