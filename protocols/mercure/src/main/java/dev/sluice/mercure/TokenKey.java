package dev.sluice.mercure;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The key of an issuer of tokens, with its one algorithm: were it the token's choice, anybody could sign a token
/// with the public key as the secret of HS256. Immutable, safe to share.
public final class TokenKey {
    private static final int SECRET_BYTES_MIN = 32; // RFC 7518 §3.2.

    /// The algorithms of RFC 7518 and RFC 8037, with their names in the JDK.
    private static final Map<String, String> ALGORITHMS = Map.of(
            "HS256", "HmacSHA256",
            "HS384", "HmacSHA384",
            "HS512", "HmacSHA512",
            "RS256", "SHA256withRSA",
            "RS384", "SHA384withRSA",
            "RS512", "SHA512withRSA",
            "ES256", "SHA256withECDSAinP1363Format",
            "ES384", "SHA384withECDSAinP1363Format",
            "EdDSA", "Ed25519");

    /// PEM and SSH2, JWK, OpenSSH, and what decoding made of a file that is not UTF-8, such as a key in DER.
    private static final Pattern NO_SECRET =
            Pattern.compile("(?s).*---- ?BEGIN .*|\\s*\\{.*\"kty\".*|\\s*(sk-)?(ssh|ecdsa)-\\S+ AAAA.*|.*\\uFFFD.*");

    private static final byte DER_SEQUENCE = 0x30;
    private static final byte DER_INTEGER = 0x02;

    private final String algorithm;
    private final byte @Nullable [] secret;
    private final @Nullable PublicKey key;

    private TokenKey(String algorithm, byte @Nullable [] secret, @Nullable PublicKey key) {
        this.algorithm = algorithm;
        this.secret = secret;
        this.key = key;
    }

    /// Returns the key for an algorithm. A public key as the secret of an HMAC is refused in all its usual forms,
    /// because all who know it could sign tokens.
    ///
    /// @param algorithm `HS256`, `RS256`, `ES256` or `EdDSA`, or the first two with 384 or 512, or `ES384`
    /// @param material  the secret of an HMAC, at least 32 bytes, or else a public key (PEM)
    /// @throws IllegalArgumentException if the material does not fit the algorithm
    public static TokenKey of(String algorithm, String material) {
        jdkName(algorithm);
        if (!algorithm.startsWith("HS")) return new TokenKey(algorithm, null, publicKey(algorithm, material));
        if (NO_SECRET.matcher(material).matches() || isDer(material))
            throw new IllegalArgumentException("a key, a certificate or a file that is not UTF-8 is no secret of "
                    + algorithm + ": write a public key in PEM, and name its algorithm, such as RS256");
        byte[] bytes = material.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < SECRET_BYTES_MIN)
            throw new IllegalArgumentException(
                    "a secret has at least " + SECRET_BYTES_MIN + " bytes, this one has " + bytes.length);
        return new TokenKey(algorithm, bytes, null);
    }

    /// Returns true for the Base64 of a key or a certificate: a sequence (ITU-T X.690 §8.9) that is as long as the
    /// bytes, and begins with a sequence or an integer.
    private static boolean isDer(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
        if (bytes.length < SECRET_BYTES_MIN || bytes[0] != DER_SEQUENCE) return false;
        int lengthBytes = bytes[1] < 0 ? bytes[1] & 0x7f : 0;
        int begin = 2 + lengthBytes;
        if (lengthBytes > Short.BYTES) return false;
        int length = lengthBytes == 0 ? bytes[1] : new BigInteger(1, bytes, 2, lengthBytes).intValue();
        return length == bytes.length - begin && (bytes[begin] == DER_SEQUENCE || bytes[begin] == DER_INTEGER);
    }

    private static PublicKey publicKey(String algorithm, String pem) {
        String type = algorithm.startsWith("RS") ? "RSA" : algorithm.startsWith("ES") ? "EC" : "Ed25519";
        String base64 = pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----|\\s", "");
        try {
            return KeyFactory.getInstance(type)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException invalid) {
            throw new IllegalArgumentException("this is no public key (PEM) for " + algorithm, invalid);
        }
    }

    private static String jdkName(String algorithm) {
        return Optional.ofNullable(ALGORITHMS.get(algorithm))
                .orElseThrow(() -> new IllegalArgumentException("the algorithm '" + algorithm + "' is not supported"));
    }

    String algorithm() {
        return algorithm;
    }

    /// @param content what was signed, in ASCII
    boolean isSigned(String content, byte[] given) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        try {
            if (secret != null) {
                Mac mac = Mac.getInstance(jdkName(algorithm));
                mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
                return MessageDigest.isEqual(mac.doFinal(bytes), given);
            }
            Signature verifier = Signature.getInstance(jdkName(algorithm));
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
