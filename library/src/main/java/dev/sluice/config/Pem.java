package dev.sluice.config;

import dev.sluice.server.tls.PemKeys;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Locale;

/// The keys of tokens, in PEM format ([PemKeys]). Messages of exceptions complete a sentence that begins with the file,
/// and quote nothing of its content.
public final class Pem {
    private static final String P256 = "secp256r1";
    private static final int RSA_BITS_MIN = 2_048;

    private Pem() {}

    /// Whether the text has a private key, of whatever format.
    public static boolean hasPrivateKey(String text) {
        return PemKeys.hasPrivateKey(text);
    }

    /// Parses a public key.
    ///
    /// @throws IllegalArgumentException if there is none, or it is a private one
    public static PublicKey publicKey(String text) {
        if (hasPrivateKey(text)) {
            throw new IllegalArgumentException("has a private key, which only the issuer may have: put the public key"
                    + " there ('openssl pkey -in FILE -pubout').");
        }
        return PemKeys.publicKey(text);
    }

    /// Parses a private key.
    ///
    /// @throws IllegalArgumentException if the text has no key, or an encrypted or damaged one
    public static PrivateKey privateKey(String text) {
        return PemKeys.privateKey(text);
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
