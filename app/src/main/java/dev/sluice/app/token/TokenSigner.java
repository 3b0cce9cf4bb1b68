package dev.sluice.app.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import dev.sluice.config.KeyFiles;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.tls.PemKeys;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Map;

/// Signs tokens (JWT, RFC 7519) with an issuer's secret or private key.
public final class TokenSigner {
    private final JWSAlgorithm algorithm;
    private final JWSSigner signer;

    private TokenSigner(JWSAlgorithm algorithm, JWSSigner signer) {
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /// Uses the content of a file: a private key in PEM format, which decides the algorithm, or a secret, for HS256.
    ///
    /// @throws IllegalArgumentException if it is neither; the message completes a sentence about the file
    public static TokenSigner of(byte[] content) {
        var text = new String(content, StandardCharsets.ISO_8859_1);
        try {
            return PemKeys.hasPrivateKey(text)
                    ? of(PemKeys.privateKey(text))
                    : new TokenSigner(JWSAlgorithm.HS256, new MACSigner(KeyFiles.secret(content)));
        } catch (JOSEException unsuitable) {
            throw new IllegalArgumentException(
                    "has a key that can't be used: " + unsuitable.getMessage() + ".", unsuitable);
        }
    }

    private static TokenSigner of(PrivateKey key) throws JOSEException {
        var algorithm = JWSAlgorithm.parse(SigningAlgorithm.of(key).toString());
        JWSSigner signer = switch (key) {
            case ECPrivateKey curve -> new ECDSASigner(curve);
            case RSAPrivateKey _ -> new RSASSASigner(key);
            default -> new Ed25519Signer(key);
        };
        return new TokenSigner(algorithm, signer);
    }

    /// @param kid    the `kid` of the key, so that the hub finds it
    /// @param claims the claims, with times in seconds
    public String sign(String kid, Map<String, Object> claims) {
        var header = new JWSHeader.Builder(algorithm)
                .keyID(kid)
                .type(JOSEObjectType.JWT)
                .build();
        var token = new JWSObject(header, new Payload(claims));
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("a key that fits its algorithm does not sign", impossible);
        }
        return token.serialize();
    }
}
