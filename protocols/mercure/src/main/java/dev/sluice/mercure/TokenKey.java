package dev.sluice.mercure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The key of an issuer of tokens, with its one algorithm: were it the token's choice, anybody could sign a token
/// with the public key as the secret of HS256. Immutable, safe to share.
public final class TokenKey {
    private static final int SECRET_BYTES_MIN = 32; // RFC 7518 §3.2.

    private final String algorithm;
    private final byte @Nullable [] secret;
    private final @Nullable PublicKey key;

    private TokenKey(String algorithm, byte @Nullable [] secret, @Nullable PublicKey key) {
        this.algorithm = algorithm;
        this.secret = secret;
        this.key = key;
    }

    /// Returns the key for an algorithm of RFC 7518 or RFC 8037.
    ///
    /// @param algorithm `HS256`, `RS256`, `ES256` or `EdDSA`, or the first two with 384 or 512, or `ES384`
    /// @param material  the secret of an HMAC, at least 32 bytes, or else a public key (PEM)
    /// @throws IllegalArgumentException if the material does not fit the algorithm
    public static TokenKey of(String algorithm, String material) {
        if (!algorithm.startsWith("HS")) return new TokenKey(algorithm, null, publicKey(algorithm, material));
        if (material.contains("-----BEGIN"))
            throw new IllegalArgumentException(
                    "a PEM key is no secret of " + algorithm + ": name its algorithm, such as RS256");
        byte[] bytes = material.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SECRET_BYTES_MIN)
            throw new IllegalArgumentException(
                    "a secret has at least " + SECRET_BYTES_MIN + " bytes, this one has " + bytes.length);
        mac(algorithm);
        return new TokenKey(algorithm, bytes, null);
    }

    private static PublicKey publicKey(String algorithm, String pem) {
        String type = algorithm.startsWith("RS") ? "RSA" : algorithm.startsWith("ES") ? "EC" : "Ed25519";
        signature(algorithm);
        String base64 = pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----|\\s", "");
        try {
            return KeyFactory.getInstance(type)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException invalid) {
            throw new IllegalArgumentException("this is no public key (PEM) for " + algorithm, invalid);
        }
    }

    private static String mac(String algorithm) {
        return switch (algorithm) {
            case "HS256" -> "HmacSHA256";
            case "HS384" -> "HmacSHA384";
            case "HS512" -> "HmacSHA512";
            default -> throw unknown(algorithm);
        };
    }

    private static String signature(String algorithm) {
        return switch (algorithm) {
            case "RS256" -> "SHA256withRSA";
            case "RS384" -> "SHA384withRSA";
            case "RS512" -> "SHA512withRSA";
            case "ES256" -> "SHA256withECDSAinP1363Format";
            case "ES384" -> "SHA384withECDSAinP1363Format";
            case "EdDSA" -> "Ed25519";
            default -> throw unknown(algorithm);
        };
    }

    private static IllegalArgumentException unknown(String algorithm) {
        return new IllegalArgumentException("the algorithm '" + algorithm + "' is not supported");
    }

    String algorithm() {
        return algorithm;
    }

    /// @param content what was signed, in ASCII
    boolean isSigned(String content, byte[] given) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        try {
            if (secret != null) {
                Mac mac = Mac.getInstance(mac(algorithm));
                mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
                return MessageDigest.isEqual(mac.doFinal(bytes), given);
            }
            Signature verifier = Signature.getInstance(signature(algorithm));
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(given);
        } catch (SignatureException malformed) {
            return false; // For example a signature of another length.
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks " + algorithm, missing);
        }
    }
}
