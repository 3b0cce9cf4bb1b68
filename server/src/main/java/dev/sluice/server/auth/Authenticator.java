package dev.sluice.server.auth;

import dev.sluice.server.auth.VerificationKey.StaticKey;
import dev.sluice.server.auth.VerificationKey.TokenKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Verifies credentials with the keys that the operator trusts. May be used from any thread, and never blocks.
public final class Authenticator {
    /// The claim that has a token's roles.
    public static final String ROLES_CLAIM = "roles";

    private final StaticKeys staticKeys;
    private final TokenVerifier tokens;
    private final VerifiedTokens verified;

    /// @param rolesClaim the claim that has a token's roles
    /// @param clock      the time that tokens are compared with
    /// @param elapsedMs  monotonic milliseconds
    /// @throws IllegalArgumentException if two keys have the same name
    public Authenticator(List<VerificationKey> keys, String rolesClaim, InstantSource clock, LongSupplier elapsedMs) {
        List<StaticKey> shown = new ArrayList<>();
        List<TokenKey> signing = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (VerificationKey each : keys) {
            if (!names.add(each.kid())) {
                throw new IllegalArgumentException(
                        "there are two keys named '" + each.kid() + "': name one differently");
            }
            switch (each) {
                case StaticKey key -> shown.add(key);
                case TokenKey key -> signing.add(key);
            }
        }
        this.staticKeys = new StaticKeys(shown);
        this.tokens = new TokenVerifier(signing, staticKeys.kids(), rolesClaim, clock, elapsedMs);
        this.verified = new VerifiedTokens(clock);
    }

    /// The outcome for a credential that takes no signature: a static key, or a token that has been verified before.
    /// Null for other tokens.
    @Nullable
    Verification known(String credential) {
        if (StaticKeys.isKey(credential)) return staticKeys.verify(credential);
        if (credential.length() > TokenHeader.CHARACTERS_MAX) return tokens.verify(credential); // Refuses it.
        Identity known = verified.find(credential);
        return known == null ? null : new Verification.Verified(known);
    }

    /// @param credential a static key or a signed token
    public Verification verify(String credential) {
        Verification known = known(credential);
        if (known != null) return known;
        return switch (tokens.verify(credential)) {
            case Verification.Pending(var later) ->
                new Verification.Pending(later.thenApply(outcome -> remember(credential, outcome)));
            case Verification outcome -> remember(credential, outcome);
        };
    }

    private Verification remember(String credential, Verification outcome) {
        if (outcome instanceof Verification.Verified(var identity)) verified.put(credential, identity);
        return outcome;
    }
}
