package dev.sluice.server.auth;

import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Parameters;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.TokenGrants;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Gives each request the grant of its caller: finds its credential, verifies it and applies the rules. A
/// credential that proves nothing is `401`, and not an anonymous caller: the client must learn that its token
/// has expired. Without one, the rules say what anybody may do, and the hub asks for one where they don't
/// permit it.
public final class AuthFilter implements AccessFilter {
    private static final System.Logger LOG = System.getLogger(AuthFilter.class.getName());

    /// The challenge of a refused token (RFC 6750 §3.1).
    private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

    private static final String RETRY_SECONDS = "10";

    private final BearerToken bearer;
    private final Authenticator authenticator;
    private final GrantRules rules;

    public AuthFilter(BearerToken bearer, Authenticator authenticator, GrantRules rules) {
        this.bearer = bearer;
        this.authenticator = authenticator;
        this.rules = rules;
    }

    @Override
    public void filter(Exchange exchange, Route route) {
        Optional<String> credential = bearer.of(exchange.request());
        exchange.conceal(Parameters.TOKEN);
        if (credential.isEmpty()) pass(exchange, route, null);
        else decide(exchange, route, authenticator.verify(credential.get()));
    }

    @Override
    public TokenGrants tokens(Exchange exchange) {
        String address = address(exchange);
        return token -> caller(authenticator.verify(token)).thenApply(caller -> rules.grantOf(caller, address));
    }

    private static CompletableFuture<Identity> caller(Verification verification) {
        return switch (verification) {
            case Verification.Verified(var caller) -> CompletableFuture.completedFuture(caller);
            case Verification.BadToken bad -> CompletableFuture.failedFuture(new Refused(problem(bad)));
            case Verification.Undecided undecided -> CompletableFuture.failedFuture(new Refused(problem(undecided)));
            case Verification.Pending(var later) ->
                later.thenCompose(AuthFilter::caller).toCompletableFuture();
        };
    }

    private static Problem problem(Verification.BadToken bad) {
        return Problems.BAD_TOKEN.of(bad.reason()).withHeader("WWW-Authenticate", INVALID_TOKEN);
    }

    private static Problem problem(Verification.Undecided undecided) {
        return Problems.NOT_READY.of(undecided.reason()).withHeader("Retry-After", RETRY_SECONDS);
    }

    private void decide(Exchange exchange, Route route, Verification verification) {
        switch (verification) {
            case Verification.Verified(var caller) -> pass(exchange, route, caller);
            case Verification.BadToken bad -> route.refuse(exchange, problem(bad));
            case Verification.Undecided undecided -> route.refuse(exchange, problem(undecided));
            case Verification.Pending(var later) ->
                later.whenComplete((outcome, failure) -> exchange.run(() -> resume(exchange, route, outcome, failure)));
        }
    }

    /// @param outcome null if there is a failure
    private void resume(Exchange exchange, Route route, @Nullable Verification outcome, @Nullable Throwable failure) {
        if (outcome != null) {
            decide(exchange, route, outcome);
        } else {
            LOG.log(Level.ERROR, "a token could not be verified", failure);
            Problem failed =
                    Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
            route.refuse(exchange, failed);
        }
    }

    private void pass(Exchange exchange, Route route, @Nullable Identity caller) {
        exchange.setGrant(rules.grantOf(caller, address(exchange)));
        route.handle(exchange);
    }

    private static String address(Exchange exchange) {
        return exchange.remoteAddress().getAddress().getHostAddress();
    }
}
