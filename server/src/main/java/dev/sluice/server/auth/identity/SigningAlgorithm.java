package dev.sluice.server.auth.identity;

import java.util.Optional;

/// An algorithm that tokens may be signed with (RFC 7518 §3, RFC 8037). Each key has exactly one: were it the
/// token's choice, anybody could sign a token with the public key as the secret of HS256.
public enum SigningAlgorithm {
    /// HMAC with SHA-256: whoever can verify a token can make one.
    HS256("HS256", "HS256"),

    /// RSA, PKCS #1 v1.5, with SHA-256.
    RS256("RS256", "RS256"),

    /// ECDSA on P-256 with SHA-256.
    ES256("ES256", "ES256"),

    /// Ed25519, by its name of RFC 8037 and by that of RFC 9864.
    EDDSA("EdDSA", "Ed25519");

    private final String text;
    private final String newText;

    SigningAlgorithm(String text, String newText) {
        this.text = text;
        this.newText = newText;
    }

    /// The algorithm of this name, as it is written in the header of a token: `HS256`, `RS256`, `ES256`,
    /// `EdDSA`.
    public static Optional<SigningAlgorithm> named(String name) {
        for (SigningAlgorithm each : values()) if (each.isNamed(name)) return Optional.of(each);
        return Optional.empty();
    }

    public boolean isNamed(String name) {
        return text.equals(name) || newText.equals(name);
    }

    /// The name, as it is written in the header of a token.
    @Override
    public String toString() {
        return text;
    }
}
