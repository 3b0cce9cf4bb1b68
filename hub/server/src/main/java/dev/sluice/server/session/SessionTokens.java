package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Verifies the tokens that a session's client sends, and finds the grants of its subscriptions, one at a time.
/// Nothing is read in the meantime, so that a session's messages are handled in order. Runs on the connection's event
/// loop.
final class SessionTokens {
    /// The maximum number of refused tokens in a row: each costs the verification of a signature.
    static final int REFUSED_MAX = 10;

    private static final System.Logger LOG = System.getLogger(SessionTokens.class.getName());

    private final TokenGrants tokens;
    private @Nullable CompletableFuture<Grant> pending;
    private int refusedInARow;

    SessionTokens(TokenGrants tokens) {
        this.tokens = tokens;
    }

    /// Returns true while a grant is being determined.
    boolean isPending() {
        return pending != null;
    }

    /// Returns true if the client has sent too many tokens in a row that were refused.
    boolean isExhausted() {
        return refusedInARow >= REFUSED_MAX;
    }

    /// Verifies a token, and calls one of the consumers on the loop: before this method returns if its grant is
    /// known, or else followed by `resumed`.
    void verify(String token, Executor loop, Consumer<Grant> granted, Consumer<Problem> refused, Runnable resumed) {
        find(
                tokens.grantOf(token),
                loop,
                grant -> {
                    refusedInARow = 0;
                    granted.accept(grant);
                },
                problem -> {
                    refusedInARow++;
                    refused.accept(problem);
                },
                resumed);
    }

    /// Finds the grant of a subscription, and calls the consumers like [#verify].
    ///
    /// @param grant the grant of its session or of its token
    void permit(
            TokenGrants.Subscription subscription,
            Grant grant,
            Executor loop,
            Consumer<Grant> granted,
            Consumer<Problem> refused,
            Runnable resumed) {
        find(tokens.grantOf(subscription, grant), loop, granted, refused, resumed);
    }

    private void find(
            CompletableFuture<Grant> grant,
            Executor loop,
            Consumer<Grant> granted,
            Consumer<Problem> refused,
            Runnable resumed) {
        if (grant.isDone()) {
            settle(grant, granted, refused);
            return;
        }
        pending = grant;
        grant.whenComplete((_, _) -> loop.execute(() -> {
            if (!isPending()) return; // The session is over.
            pending = null;
            settle(grant, granted, refused);
            resumed.run();
        }));
    }

    private static void settle(CompletableFuture<Grant> done, Consumer<Grant> granted, Consumer<Problem> refused) {
        if (done.state() == CompletableFuture.State.SUCCESS) granted.accept(done.resultNow());
        else refused.accept(problem(done));
    }

    private static Problem problem(CompletableFuture<Grant> failed) {
        Throwable failure = failed.isCancelled() ? null : failed.exceptionNow();
        if (failure instanceof CompletionException wrapped) failure = wrapped.getCause();
        if (failure instanceof ProblemException expected) return expected.problem();
        LOG.log(Level.ERROR, "a grant could not be found", failure);
        return Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
    }

    /// Cancels the verification in progress, when the session is over.
    void close() {
        CompletableFuture<Grant> left = pending;
        pending = null;
        if (left != null) left.cancel(true);
    }
}
