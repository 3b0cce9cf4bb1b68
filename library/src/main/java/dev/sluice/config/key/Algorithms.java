package dev.sluice.config.key;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The algorithms that tokens may be signed with, by their names in RFC 7518 and RFC 8037.
public final class Algorithms {
    public static final String HS256 = "HS256";
    public static final String RS256 = "RS256";
    public static final String ES256 = "ES256";
    public static final String EDDSA = "EdDSA";

    public static final List<String> ALL = List.of(HS256, RS256, ES256, EDDSA);

    public static final Set<String> SECRET = Set.of(HS256);
    public static final Set<String> PUBLIC_KEY = Set.of(RS256, ES256, EDDSA);

    private static final String P256 = "secp256r1";
    private static final int RSA_BITS_MIN = 2_048;

    private Algorithms() {}

    /// The algorithm for which a key is good.
    ///
    /// @throws IllegalArgumentException if it is for none: too short, or on another curve; the message completes a
    ///     sentence that begins with the key's file
    public static String of(Key key) {
        return switch (key) {
            case RSAKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits < RSA_BITS_MIN) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "has an RSA key of %,d bits; %s needs at least %,d.",
                            bits,
                            RS256,
                            RSA_BITS_MIN));
                }
                yield RS256;
            }
            case ECKey ec -> {
                if (!isP256(ec)) {
                    throw new IllegalArgumentException(
                            "has a key on another curve than P-256, which " + ES256 + " needs.");
                }
                yield ES256;
            }
            case EdECKey _ -> EDDSA;
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
