package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.head.Parameters;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Determines grants after a session has opened: for the tokens that its client sends, and for its
/// subscriptions. [Created][AccessFilter#tokens] by the [AccessFilter] that admitted the opening request.
@FunctionalInterface
public interface TokenGrants {
    /// The longest token that is verified. Longer ones do not fit into the headers of many servers and proxies.
    int CHARACTERS_MAX = 8 * 1024;

    /// Called on the connection's event loop, which it must not block.
    ///
    /// @return completes on any thread; fails with [dev.sluice.server.http.head.ProblemException] if the token
    ///     is not valid, or cannot be verified now. The caller cancels it if it no longer needs the result.
    CompletableFuture<Grant> grantOf(String token);

    /// A subscription that the client asks for.
    ///
    /// @param channels    names and patterns, which may be invalid
    /// @param parameters  likewise
    /// @param hasOwnToken whether it came with its own token, whose grant it has
    record Subscription(List<String> channels, Parameters parameters, boolean hasOwnToken) {}

    /// The grant of a subscription, perhaps with further permissions. By default nothing is added.
    ///
    /// @param grant of the session, or of the token that came with the subscription
    /// @return as for the other method
    default CompletableFuture<Grant> grantOf(Subscription subscription, Grant grant) {
        return CompletableFuture.completedFuture(grant);
    }
}
