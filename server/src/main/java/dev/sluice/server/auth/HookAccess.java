package dev.sluice.server.auth;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Security;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Adds what the application decides to the grant of a request that opens a connection or reads. Publishes
/// never wait for the application: over HTTP the rules decide about them, in a session or WebSocket its
/// grant.
public final class HookAccess {
    private static final System.Logger LOG = System.getLogger(HookAccess.class.getName());
    private static final String RETRY_SECONDS = "5";

    private final Hook hook;
    private final GrantRules rules;
    private final Security security;

    /// @param security has the origins whose pages may use cookies
    public HookAccess(Hook hook, GrantRules rules, Security security) {
        this.hook = hook;
        this.rules = rules;
        this.security = security;
    }

    /// Passes on an exchange that has the grant of the rules, at once or with what the application adds.
    void filter(Exchange exchange, Route route, @Nullable Identity caller) {
        HookQuestion question = HookQuestion.of(exchange.request(), caller, exchange.grant(), hook.settings(), security)
                .orElse(null);
        if (question == null) {
            route.handle(exchange);
            return;
        }
        String address = exchange.grant().principal().address();
        hook.decide(question)
                .thenAccept(decision -> exchange.run(() -> {
                    try {
                        exchange.setGrant(grant(decision, caller, address));
                    } catch (Refused refused) {
                        route.refuse(exchange, refused.problem());
                        return;
                    }
                    route.handle(exchange);
                }));
    }

    /// Has the application asked again about everybody.
    void forget() {
        hook.forget();
    }

    /// The grants of callers that show their tokens in the session that this exchange opens: the application
    /// is asked again for each.
    Function<Identity, CompletableFuture<Grant>> renewals(Exchange exchange) {
        String address = exchange.grant().principal().address();
        var context = HookQuestion.Context.of(exchange.request(), address, hook.settings(), security);
        return caller -> hook.decide(HookQuestion.connect(context, caller))
                .thenApply(decision -> grant(decision, caller, address));
    }

    /// @throws Refused if the application does not let the caller in
    private Grant grant(HookDecision decision, @Nullable Identity caller, String address) {
        return switch (decision) {
            case HookDecision.Allowed(var answer, var at) -> {
                String subject = answer.subject();
                if (caller != null && subject != null && !subject.equals(caller.subject())) {
                    LOG.log(Level.WARNING, "the hook's answer has another 'sub' than the caller's token");
                    throw new Refused(unavailable());
                }
                yield rules.grantOf(caller, answer, at, address);
            }
            case HookDecision.Denied(boolean asksForCredential) -> {
                if (!asksForCredential) throw Problems.FORBIDDEN.refused("The application does not permit this.");
                throw new Refused(Problems.UNAUTHORIZED
                        .of("The application asks for a credential.")
                        .withHeader("WWW-Authenticate", "Bearer"));
            }
            case HookDecision.Unavailable _ -> throw new Refused(unavailable());
            case HookDecision.Busy _ ->
                throw new Refused(Problems.FULL
                        .of("Too many requests wait for the application's decision (hook.waiting_max). Try again in"
                                + " some seconds.")
                        .withHeader("Retry-After", RETRY_SECONDS));
        };
    }

    private static Problem unavailable() {
        return Problems.NOT_READY
                .of("The application that decides about this does not answer just now. Try again in some seconds.")
                .withHeader("Retry-After", RETRY_SECONDS);
    }
}
