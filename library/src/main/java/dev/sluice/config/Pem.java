package dev.sluice.config;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Keys in PEM format (RFC 7468): public ones as SubjectPublicKeyInfo (§13), private ones as PKCS #8 (§10),
/// not encrypted. Messages of exceptions complete a sentence that begins with the file, and have nothing of
/// its content.
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final String PUBLIC = "PUBLIC KEY";
    private static final String PRIVATE = "PRIVATE KEY";

    /// The key's types, by their names in the JDK; the encodings of one are invalid for the others.
    private static final List<String> TYPES = List.of("RSA", "EC", "Ed25519");

    private static final String P256 = "secp256r1";
    private static final int RSA_BITS_MIN = 2_048;

    private interface Decoder<K> {
        K decode(KeyFactory factory) throws GeneralSecurityException;
    }

    private Pem() {}

    /// Whether the text has a private key, of whatever format.
    public static boolean hasPrivateKey(String text) {
        return text.contains(PRIVATE + "-----");
    }

    /// Parses a public key.
    ///
    /// @throws IllegalArgumentException if there is none, or it is a private one
    public static PublicKey publicKey(String text) {
        if (hasPrivateKey(text)) {
            throw new IllegalArgumentException("has a private key, which only the issuer may have: put the public key"
                    + " there ('openssl pkey -in FILE -pubout').");
        }
        byte[] encoded = block(PUBLIC, text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "has no public key in PEM format, which begins with '-----BEGIN PUBLIC KEY-----'."));
        return decoded(factory -> factory.generatePublic(new X509EncodedKeySpec(encoded)));
    }

    /// Parses a private key.
    ///
    /// @throws IllegalArgumentException if there is none, or it is encrypted or of another format
    public static PrivateKey privateKey(String text) {
        byte[] encoded = block(PRIVATE, text)
                .orElseThrow(() -> new IllegalArgumentException("has no private key that begins with '-----BEGIN"
                        + " PRIVATE KEY-----': convert it ('openssl pkcs8 -topk8 -nocrypt -in FILE')."));
        return decoded(factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    }

    private static Optional<byte[]> block(String label, String text) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(label))
                .map(block -> Base64.getMimeDecoder().decode(block.group(2)))
                .findFirst();
    }

    private static <K> K decoded(Decoder<K> decoder) {
        var none = new IllegalArgumentException("has a key that is damaged, or neither RSA, EC nor Ed25519.");
        for (String type : TYPES) {
            try {
                return decoder.decode(KeyFactory.getInstance(type));
            } catch (GeneralSecurityException anotherType) {
                none.addSuppressed(anotherType);
            }
        }
        throw none;
    }

    /// The algorithm for which a key is good.
    ///
    /// @throws IllegalArgumentException if it is for none: too short, or on another curve
    public static String algorithm(Key key) {
        return switch (key) {
            case RSAKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits < RSA_BITS_MIN) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "has an RSA key of %,d bits; %s needs at least %,d.",
                            bits,
                            Algorithms.RS256,
                            RSA_BITS_MIN));
                }
                yield Algorithms.RS256;
            }
            case ECKey ec -> {
                if (!isP256(ec)) {
                    throw new IllegalArgumentException(
                            "has a key on another curve than P-256, which %s needs.".formatted(Algorithms.ES256));
                }
                yield Algorithms.ES256;
            }
            case EdECKey _ -> Algorithms.EDDSA;
            default -> throw new IllegalArgumentException("has a key of type " + key.getAlgorithm() + ".");
        };
    }

    private static boolean isP256(ECKey key) {
        try {
            var parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(P256));
            var curve = parameters.getParameterSpec(ECParameterSpec.class);
            return key.getParams().getCurve().equals(curve.getCurve())
                    && key.getParams().getGenerator().equals(curve.getGenerator());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has P-256", impossible);
        }
    }
}
