package dev.sluice.server.auth;

import dev.sluice.core.access.Permissions;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.json.Json;
import dev.sluice.server.tls.PemFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An issuer of tokens that is independent of the library which verifies them: it signs by the JDK alone.
///
/// @param secret of HS256; empty for the others, which have a pair
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TestIssuer(String kid, SigningAlgorithm algorithm, byte[] secret, KeyPair pair) {
    private static final List<KeyPair> RSA_PAIRS = rsaPairs();
    private static final AtomicInteger RSA_PAIRS_USED = new AtomicInteger();

    public static TestIssuer hs256(String kid) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) kid.hashCode());
        return new TestIssuer(kid, SigningAlgorithm.HS256, secret, null);
    }

    public static TestIssuer rs256(String kid) {
        int index = RSA_PAIRS_USED.getAndIncrement();
        if (index >= RSA_PAIRS.size()) return of(kid, SigningAlgorithm.RS256, 2048);
        return new TestIssuer(kid, SigningAlgorithm.RS256, new byte[0], RSA_PAIRS.get(index));
    }

    /// The pairs of a file, because generating one takes seconds on a busy machine. Each is used once.
    private static List<KeyPair> rsaPairs() {
        try (var in = TestIssuer.class.getResourceAsStream("rsa-keys.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines().map(TestIssuer::rsaPair).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static KeyPair rsaPair(String line) {
        String[] parts = line.split(" ", 2);
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new KeyPair(
                    factory.generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(parts[1]))),
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(parts[0]))));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public static TestIssuer es256(String kid) {
        return of(kid, SigningAlgorithm.ES256, 0);
    }

    public static TestIssuer eddsa(String kid) {
        return of(kid, SigningAlgorithm.EDDSA, 0);
    }

    public static TestIssuer of(String kid, SigningAlgorithm algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    switch (algorithm) {
                        case HS256 -> throw new IllegalArgumentException("has no pair");
                        case RS256 -> "RSA";
                        case ES256 -> "EC";
                        case EDDSA -> "Ed25519";
                    });
            if (algorithm == SigningAlgorithm.RS256) generator.initialize(bits);
            if (algorithm == SigningAlgorithm.ES256) generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new TestIssuer(kid, algorithm, new byte[0], generator.generateKeyPair());
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    public String name() {
        return algorithm.toString();
    }

    /// The key that verifies its tokens, without limits but the usual lifetime.
    public TokenKey key() {
        return key(null, null);
    }

    public TokenKey key(String issuer, String audience) {
        KeyMaterial material =
                pair == null ? new KeyMaterial.SharedSecret(secret) : new KeyMaterial.PublicPart(pair.getPublic());
        return new TokenKey(kid, algorithm, material, issuer, audience, Permissions.ALL, TokenKey.LIFETIME_MAX);
    }

    public String token(Map<String, ?> claims) {
        return token(Map.of("alg", name(), "kid", kid), claims);
    }

    public String token(Map<String, ?> header, Map<String, ?> claims) {
        return token(
                new String(Json.write(header), StandardCharsets.UTF_8),
                new String(Json.write(claims), StandardCharsets.UTF_8));
    }

    /// A token with exactly these texts.
    public String token(String header, String claims) {
        String signed =
                base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private byte[] sign(byte[] text) {
        try {
            if (pair == null) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                return mac.doFinal(text);
            }
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case HS256 -> throw new IllegalStateException();
                        case RS256 -> "SHA256withRSA";
                        case ES256 -> "SHA256withECDSAinP1363Format";
                        case EDDSA -> "Ed25519";
                    });
            signature.initSign(pair.getPrivate());
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// The public key as an element of a set (RFC 7517).
    public Map<String, Object> jwk() {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kid", kid);
        jwk.put("use", "sig");
        switch (Objects.requireNonNull(pair).getPublic()) {
            case RSAPublicKey rsa -> {
                jwk.put("kty", "RSA");
                jwk.put("n", base64(unsigned(rsa.getModulus(), rsa.getModulus().bitLength() / 8)));
                jwk.put("e", base64(rsa.getPublicExponent().toByteArray()));
            }
            case ECPublicKey ec -> {
                jwk.put("kty", "EC");
                jwk.put("crv", "P-256");
                jwk.put("x", base64(unsigned(ec.getW().getAffineX(), 32)));
                jwk.put("y", base64(unsigned(ec.getW().getAffineY(), 32)));
            }
            case EdECPublicKey ed -> {
                byte[] encoded = ed.getEncoded(); // The last 32 bytes are those of RFC 8032.
                jwk.put("kty", "OKP");
                jwk.put("crv", "Ed25519");
                jwk.put("x", base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
            }
            default -> throw new AssertionError(pair);
        }
        return jwk;
    }

    public String pem() {
        return PemFile.text("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int count = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - count, padded, length - count, count);
        return padded;
    }

    public static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
