package dev.sluice.server.auth.identity;

import com.nimbusds.jose.jwk.Curve;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An algorithm with which tokens may be signed (RFC 7518 §3, RFC 8037). Each key has exactly one: were it the
/// token's choice, anyone could sign a token with the public key as the secret of HS256.
@SuppressWarnings("ImmutableEnumChecker") // Curves and functions are never changed.
public enum SigningAlgorithm {
    /// HMAC with SHA-256. Every party that can verify a token can also create one.
    HS256("HS256", "HS256", "a shared secret", null, null),

    /// RSA, PKCS #1 v1.5, with SHA-256.
    RS256("RS256", "RS256", "an RSA key of at least 2048 bits", null, SigningAlgorithm::isStrongRsa),

    /// ECDSA on P-256 with SHA-256.
    ES256("ES256", Curve.P_256),

    /// Ed25519, with its names from RFC 8037 and RFC 9864.
    EDDSA("EdDSA", "Ed25519", "an Ed25519 key", null, SigningAlgorithm::isEd25519);

    /// NIST SP 800-131A; shorter keys can be broken with great effort.
    private static final int RSA_BITS_MIN = 2_048;

    private final String text;
    private final String newText;
    private final String key;
    private final @Nullable Curve curve;
    private final @Nullable Predicate<Key> fits;

    SigningAlgorithm(String text, String newText, String key, @Nullable Curve curve, @Nullable Predicate<Key> fits) {
        this.text = text;
        this.newText = newText;
        this.key = key;
        this.curve = curve;
        this.fits = fits;
    }

    /// ECDSA.
    SigningAlgorithm(String text, Curve curve) {
        this(
                text,
                text,
                "a key on the curve " + curve,
                curve,
                key -> key instanceof ECKey ec && curve.equals(Curve.forECParameterSpec(ec.getParams())));
    }

    private static boolean isStrongRsa(Key key) {
        return key instanceof RSAKey rsa && rsa.getModulus().bitLength() >= RSA_BITS_MIN;
    }

    private static boolean isEd25519(Key key) {
        return key instanceof EdECKey ed && ed.getParams().getName().equals(Curve.Ed25519.getName());
    }

    /// The first algorithm that a public or private key fits.
    ///
    /// @throws IllegalArgumentException if the key fits none, because it is too short or on another curve; the
    ///     message completes a sentence that begins with the key's file
    public static SigningAlgorithm of(Key key) {
        for (SigningAlgorithm each : values()) if (each.fits(key)) return each;
        throw new IllegalArgumentException(
                switch (key) {
                    case RSAKey rsa ->
                        String.format(
                                Locale.ROOT,
                                "has an RSA key of %,d bits; %s needs at least %,d.",
                                rsa.getModulus().bitLength(),
                                RS256,
                                RSA_BITS_MIN);
                    case ECKey _ -> "has a key on another curve than " + curves() + ".";
                    default -> "has a key of type " + key.getAlgorithm() + ".";
                });
    }

    private static String curves() {
        return Arrays.stream(values())
                .filter(each -> each.curve != null)
                .map(each -> each.curve + ", which " + each + " needs")
                .collect(Collectors.joining(", and "));
    }

    public boolean isNamed(String name) {
        return text.equals(name) || newText.equals(name);
    }

    /// Returns true if the algorithm signs with a secret, which the hub has as well.
    public boolean isSecret() {
        return fits == null;
    }

    /// Returns true if a public or private key has the right type and is strong enough.
    public boolean fits(Key candidate) {
        return fits != null && fits.test(candidate);
    }

    /// The type of its keys, such as `an Ed25519 key`.
    public String key() {
        return key;
    }

    /// The name as it is written in the header of a token.
    @Override
    public String toString() {
        return text;
    }
}
