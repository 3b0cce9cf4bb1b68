package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.core.delivery.Session;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import org.jspecify.annotations.Nullable;

/// The caller of a session: the one that opened it, or the one whose token came later. Decides which tokens
/// belong to that caller. Runs on the connection's event loop.
final class SessionCaller {
    private final Sessions sessions;
    private final Principal opener;
    private final boolean isNamedByApplication;
    private final @Nullable String claimed;
    private volatile Principal principal;
    private @Nullable String client;

    SessionCaller(Sessions sessions, Grant opened, SessionRequest request) {
        this.sessions = sessions;
        this.opener = opened.principal();
        this.isNamedByApplication =
                opened.credential().map(shown -> shown.keyId().isEmpty()).orElse(false);
        this.principal = opener;
        this.claimed = request.claimed();
        this.client = request.client();
    }

    /// Whether a caller may send messages in the session: the one that opened it, or the one that it became. A
    /// caller whose name comes from the application presents no credential to the hub, so the session's id is
    /// sufficient; the hub does not ask the application about messages. May be called from any thread.
    boolean maySend(Principal caller) {
        return opener.isSameAs(caller) || principal.isSameAs(caller) || (isNamedByApplication && caller.isAnonymous());
    }

    /// The identity of the session's client; null if it has none.
    @Nullable
    String client() {
        return client;
    }

    /// The identity of the client of a subscription with a separate grant.
    ///
    /// @throws ProblemException if the grant is not of the session's caller
    @Nullable
    String client(Grant grant) {
        if (grant.principal().isSameAs(principal)) return client;
        if (!principal.isAnonymous()) throw otherCaller();
        return sessions.client(null, grant.principal()); // Its own name, whatever the session's client claims.
    }

    /// Makes the caller whose token came with `hello` the caller of the session.
    ///
    /// @throws ProblemException if the session belongs to another caller
    void identify(Session session, Grant grant) {
        if (!session.mayBecome(grant.principal())) throw otherCaller();
        client = sessions.client(claimed, grant.principal());
        session.refresh(grant);
        principal = grant.principal();
    }

    /// @throws ProblemException if the grant is another caller's
    void refresh(Session session, Grant grant) {
        if (!grant.principal().isSameAs(principal)) throw otherCaller();
        session.refresh(grant);
    }

    /// @throws ProblemException if the grant belongs to another caller, or there is no such subscription
    void refresh(Session session, String subscription, Grant grant) {
        Grant old = session.grantOf(subscription);
        if (old == null) {
            throw ClientOp.bad("subscription", "There is no such subscription in this session; it may have ended.");
        }
        if (!grant.principal().isSameAs(old.principal())) throw otherCaller();
        session.refresh(subscription, grant);
    }

    private static ProblemException otherCaller() {
        return Problems.FORBIDDEN.refused(
                "token", "The token belongs to another caller. Send one of the same caller, or open another session.");
    }
}
