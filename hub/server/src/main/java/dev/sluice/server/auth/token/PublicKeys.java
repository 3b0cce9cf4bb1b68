package dev.sluice.server.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/// Reads public keys of JSON Web Key Sets.
final class PublicKeys {
    private static final int ED25519_BYTES = 32;

    private PublicKeys() {}

    /// The key of a set (RFC 7517 §4), if it is for signatures of this algorithm and strong enough.
    static Optional<PublicKey> ofSet(JWK key, SigningAlgorithm algorithm) {
        boolean isForSignatures = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean isForAlgorithm = key.getAlgorithm() == null
                || algorithm.isNamed(key.getAlgorithm().getName());
        if (!isForSignatures || !isForAlgorithm) return Optional.empty();
        try {
            return Optional.of(publicKey(key)).filter(algorithm::fits);
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static PublicKey publicKey(JWK key) throws JOSEException, GeneralSecurityException {
        return switch (key) {
            case OctetKeyPair pair when pair.getCurve().equals(Curve.Ed25519) -> ed25519(pair.getDecodedX());
            case AsymmetricJWK pair -> pair.toPublicKey();
            default -> throw new IllegalArgumentException("no public key of signatures"); // The types are not sealed.
        };
    }

    /// @param encoded y in little-endian order, with the lowest bit of x as its highest (RFC 8032 §5.1.2)
    static PublicKey ed25519(byte[] encoded) throws GeneralSecurityException {
        if (encoded.length != ED25519_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes, had " + encoded.length);
        }
        byte[] y = new byte[ED25519_BYTES];
        for (int i = 0; i < ED25519_BYTES; i++) y[i] = encoded[ED25519_BYTES - 1 - i];
        boolean isXOdd = y[0] < 0;
        y[0] &= 0x7F;
        var point = new EdECPoint(isXOdd, new BigInteger(1, y));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }
}
