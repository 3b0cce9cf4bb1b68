package dev.sluice.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads public keys in the forms in which issuers publish them.
public final class PublicKeys {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
    private static final int ED25519_BYTES = 32;

    private PublicKeys() {}

    /// Reads a PEM file (RFC 7468 §13, `-----BEGIN PUBLIC KEY-----`).
    ///
    /// @throws IllegalArgumentException if it has no such key of the algorithm; the message repeats nothing
    ///         of it
    public static PublicKey ofPem(String pem, SigningAlgorithm algorithm) {
        if (pem.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException("this is a private key, which the hub must not have: give it the public"
                    + " key, 'openssl pkey -in private.pem -pubout'");
        }
        var found = PEM.matcher(pem);
        if (!found.find()) throw new IllegalArgumentException("there is no '-----BEGIN PUBLIC KEY-----' in it");
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(family(algorithm)).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException other) {
            throw new IllegalArgumentException("this is not a public key for " + algorithm, other);
        }
    }

    private static String family(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case HS256 -> throw new IllegalArgumentException("HS256 has a shared secret, and no public key");
            case RS256 -> "RSA";
            case ES256 -> "EC";
            case EDDSA -> "Ed25519";
        };
    }

    /// The key of a set (RFC 7517 §4), if it is for signatures of this algorithm and strong enough.
    static Optional<PublicKey> ofSet(JWK key, SigningAlgorithm algorithm) {
        boolean isForSignatures = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean isForAlgorithm = key.getAlgorithm() == null
                || algorithm.isNamed(key.getAlgorithm().getName());
        if (!isForSignatures || !isForAlgorithm) return Optional.empty();
        try {
            return switch (key) {
                case RSAKey rsa
                when algorithm == SigningAlgorithm.RS256 && rsa.size() >= VerificationKey.TokenKey.RSA_BITS_MIN ->
                    Optional.of(rsa.toRSAPublicKey());
                case ECKey ec
                when algorithm == SigningAlgorithm.ES256 && ec.getCurve().equals(Curve.P_256) ->
                    Optional.of(ec.toECPublicKey());
                case OctetKeyPair pair
                when algorithm == SigningAlgorithm.EDDSA && pair.getCurve().equals(Curve.Ed25519) ->
                    Optional.of(ed25519(pair.getDecodedX()));
                default -> Optional.empty(); // Of Nimbus' types, which are not sealed.
            };
        } catch (JOSEException | GeneralSecurityException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
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
