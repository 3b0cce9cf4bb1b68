package dev.sluice.server.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import dev.sluice.server.auth.identity.KeyMaterial;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/// Verifies signatures with one key and one algorithm. May be used from any thread.
@FunctionalInterface
interface SignatureCheck {
    /// Returns true if the key made the signature. The caller has compared the token's algorithm with the key's.
    boolean isValid(JWSObject token);

    static SignatureCheck of(KeyMaterial.SharedSecret secret) {
        try {
            return by(new MACVerifier(secret.bytes()));
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("the secret can't be used for HS256", unusable);
        }
    }

    /// @param key fits the algorithm of the tokens
    static SignatureCheck of(PublicKey key) {
        try {
            return switch (key) {
                case RSAPublicKey rsa -> by(new RSASSAVerifier(rsa));
                case ECPublicKey ec -> by(new ECDSAVerifier(ec));
                default -> token -> isEd25519(token, key);
            };
        } catch (JOSEException unusable) {
            throw new IllegalArgumentException("the key can't be used for signatures", unusable);
        }
    }

    private static SignatureCheck by(JWSVerifier verifier) {
        return token -> {
            try {
                return verifier.verify(token.getHeader(), token.getSigningInput(), token.getSignature());
            } catch (JOSEException malformed) {
                return false;
            }
        };
    }

    /// Uses the JDK, because Nimbus needs Tink for Ed25519.
    private static boolean isEd25519(JWSObject token, PublicKey key) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(token.getSigningInput());
            return signature.verify(token.getSignature().decode());
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
