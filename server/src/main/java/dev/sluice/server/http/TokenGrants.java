package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import java.util.concurrent.CompletableFuture;

/// The grants of tokens that a client sends within a connection, after the request that opened it. The
/// [AccessFilter] that let the request in [makes][AccessFilter#tokens] it.
@FunctionalInterface
public interface TokenGrants {
    /// The longest token that is verified. Longer ones do not fit into the headers of many servers and proxies.
    int CHARACTERS_MAX = 8 * 1024;

    /// Called on the connection's event loop, which it must not block.
    ///
    /// @return completes on any thread; fails with [Refused] if the token proves nothing, or can't be verified
    ///     now. The caller cancels it if it has no use for the answer any more.
    CompletableFuture<Grant> grantOf(String token);
}
