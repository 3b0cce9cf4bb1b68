package dev.sluice.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The key or token with which a caller proved its identity, as far as it matters after the proof: to end its streams
/// when the credential expires or is revoked. Holds no secret.
///
/// @param keyId    the `kid` of the key that signed the token, or of the static key
/// @param tokenId  the `jti` of the token; "" if it has none
/// @param issuedAt when the token was issued; null for a static key, or if the token does not tell
/// @param expiry   when it expires; null: never
public record Credential(
        String keyId,
        String tokenId,
        @Nullable Instant issuedAt,
        @Nullable Instant expiry) {}
