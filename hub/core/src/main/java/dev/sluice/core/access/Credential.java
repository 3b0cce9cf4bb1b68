package dev.sluice.core.access;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The key, token or client certificate with which a caller proved its identity, as far as it matters after the
/// proof: to end its streams when the credential expires or is revoked. Holds no secret.
///
/// @param keyId    the `kid` of the key that signed the token or accepts the certificate, or of the static
///                 key; "" if an application named the caller
/// @param tokenId  the `jti` of the token, or the SHA-256 fingerprint of the certificate or of the cookie of a
///                 person's login; "" if it has none
/// @param issuedAt when the token was issued, or the certificate became valid; null for a static key, or if the
///                 token does not state it
/// @param expiry   when it expires; null if it never does
/// @param roles    the roles of the caller that it proves
public record Credential(
        String keyId,
        String tokenId,
        @Nullable Instant issuedAt,
        @Nullable Instant expiry,
        Set<String> roles) {
    public Credential {
        roles = Set.copyOf(roles);
    }

    /// A credential without roles.
    public Credential(String keyId, String tokenId, @Nullable Instant issuedAt, @Nullable Instant expiry) {
        this(keyId, tokenId, issuedAt, expiry, Set.of());
    }

    /// Whether it is a static key, which belongs to an operator's backend and is revoked in the configuration.
    public boolean isStatic() {
        return expiry == null && !keyId.isEmpty();
    }
}
