package dev.sluice.server.auth.identity;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The result of verifying a credential: exactly one of four.
public sealed interface Verification {
    record Verified(Identity identity) implements Verification {}

    /// The credential is not valid.
    ///
    /// @param reason one or two sentences for the caller: what is wrong, and what to do. They do not repeat the
    ///               token or key.
    /// @param stale  the reason why another token of the same caller may be valid soon: `expired`, `early`,
    ///               `unknown-key` or `revoked`; null if the caller has to change something
    record BadToken(String reason, @Nullable String stale) implements Verification {
        BadToken(String reason) {
            this(reason, null);
        }
    }

    /// The credential can't be checked now, because the issuer does not answer, or does not publish the token's key
    /// yet.
    ///
    /// @param reason       a sentence for the caller
    /// @param retrySeconds the time after which the caller should retry
    record Undecided(String reason, long retrySeconds) implements Verification {}

    /// The issuer is being asked for its keys.
    ///
    /// @param later is never pending again, and completes on any thread
    record Pending(CompletionStage<Verification> later) implements Verification {}
}
