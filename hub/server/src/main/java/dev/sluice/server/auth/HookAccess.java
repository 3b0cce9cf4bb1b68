package dev.sluice.server.auth;

import dev.sluice.core.access.Grant;
import dev.sluice.server.auth.hook.Hook;
import dev.sluice.server.auth.hook.HookDecision;
import dev.sluice.server.auth.hook.HookQuestion;
import dev.sluice.server.auth.hook.HookResponse;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.ClientKey;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Adds the application's decisions to the grants of requests that open a connection or read, and of
/// subscriptions in a session. Publishes never wait for the application: over HTTP the rules decide about them,
/// in a session or WebSocket its grant does. Without a hook, the application is never asked.
public final class HookAccess {
    private static final System.Logger LOG = System.getLogger(HookAccess.class.getName());
    private static final String RETRY_SECONDS = "5";

    private volatile @Nullable Hook hook;
    private volatile GrantRules rules;
    private final OriginSettings security;

    /// @param hook     null for no hook
    /// @param security the origins whose pages may use cookies
    public HookAccess(@Nullable Hook hook, GrantRules rules, OriginSettings security) {
        this.hook = hook;
        this.rules = rules;
        this.security = security;
    }

    /// Passes on an exchange that has the grant of the rules: at once, or after the application has extended the
    /// grant.
    void filter(Exchange exchange, Route route, @Nullable Identity caller) {
        Hook asked = hook;
        HookQuestion question = asked == null ? null : question(exchange, asked);
        if (asked == null || question == null) {
            route.handle(exchange);
            return;
        }
        String address = exchange.grant().principal().address();
        asked.decide(question, caller(exchange.grant()))
                .thenAccept(decision -> exchange.run(() -> {
                    try {
                        exchange.setGrant(grant(decision, caller, address));
                    } catch (ProblemException refused) {
                        route.refuse(exchange, refused.problem());
                        return;
                    }
                    route.handle(exchange);
                }));
    }

    private @Nullable HookQuestion question(Exchange exchange, Hook asked) {
        return HookQuestion.of(exchange, asked.settings(), security).orElse(null);
    }

    private Optional<ClientKey> caller(Grant grant) {
        return ClientKey.of(grant.principal(), security.proxies());
    }

    /// Replaces the rules to which the answers add, and discards all answers, so that the application is asked
    /// again.
    void follow(GrantRules inForce) {
        rules = inForce;
        forget();
    }

    /// Replaces the hook. Questions in flight are answered through the previous one.
    ///
    /// @param other null for no hook; then everything that the application permitted is revoked
    void replace(@Nullable Hook other) {
        hook = other;
    }

    /// Discards all answers, so that the application is asked again about every caller.
    void forget() {
        Hook asked = hook;
        if (asked != null) asked.forget();
    }

    /// Returns true if the application is asked, and may name callers.
    boolean isSet() {
        return hook != null;
    }

    /// The questions of the session that this exchange opens.
    SessionQuestions questions(Exchange exchange) {
        String address = exchange.grant().principal().address();
        Hook asked = hook;
        return new SessionQuestions(
                address, asked == null ? null : HookQuestion.Context.of(exchange, asked.settings(), security));
    }

    /// Asks the application about an open session.
    final class SessionQuestions {
        private final String address;

        /// Null if the session was opened while there was no hook, so that the rules alone decide about it.
        private final HookQuestion.@Nullable Context context;

        private SessionQuestions(String address, HookQuestion.@Nullable Context context) {
            this.address = address;
            this.context = context;
        }

        /// The grant of a caller that sends its token in the session.
        CompletableFuture<Grant> grantOf(Identity caller) {
            Grant own = rules.grantOf(caller, address);
            Hook asked = hook;
            if (asked == null || context == null) return CompletableFuture.completedFuture(own);
            return asked.decide(HookQuestion.connect(context, own), caller(own))
                    .thenApply(decision -> grant(decision, caller, address));
        }

        /// The grant of a subscription. If it does not permit the subscription, the application may extend it.
        CompletableFuture<Grant> grantOf(TokenGrants.Subscription subscription, Grant grant) {
            Hook asked = hook;
            if (asked == null || context == null) return CompletableFuture.completedFuture(grant);
            return HookQuestion.of(context, grant, subscription.channels(), subscription.parameters())
                    .map(question -> asked.decide(question, caller(grant))
                            .thenApply(decision -> widened(decision, subscription, grant)))
                    .orElseGet(() -> CompletableFuture.completedFuture(grant));
        }
    }

    /// @throws ProblemException if the application does not admit the subscription
    private Grant widened(HookDecision decision, TokenGrants.Subscription subscription, Grant grant) {
        HookResponse answer = allowed(decision).answer();
        requireSame(answer.subject(), grant.principal().name());
        return rules.grantOf(grant, answer, subscription.hasOwnToken()).unless(() -> !isSet());
    }

    /// @throws ProblemException if the application does not admit the caller
    private Grant grant(HookDecision decision, @Nullable Identity caller, String address) {
        HookDecision.Allowed allowed = allowed(decision);
        String told = allowed.answer().subject();
        if (caller != null) requireSame(told, caller.subject());
        else if (told != null && rules.isReserved(told)) throw invalid("the name of a key of the hub as 'sub'");
        return rules.grantOf(caller, allowed.answer(), allowed.at(), address).unless(() -> !isSet());
    }

    /// @param told the caller named by the application; null if it names none
    private static void requireSame(@Nullable String told, String caller) {
        if (told != null && !told.equals(caller)) throw invalid("another 'sub' than the caller");
    }

    private static ProblemException invalid(String fault) {
        LOG.log(Level.WARNING, "the hook's answer has " + fault);
        return new ProblemException(unavailable());
    }

    /// @throws ProblemException if the application does not admit the caller
    private static HookDecision.Allowed allowed(HookDecision decision) {
        return switch (decision) {
            case HookDecision.Allowed allowed -> allowed;
            case HookDecision.Denied(boolean asksForCredential) -> {
                if (!asksForCredential) throw Problems.FORBIDDEN.refused("The application does not permit this.");
                throw new ProblemException(Problems.UNAUTHORIZED
                        .of("The application asks for a credential.")
                        .withHeader("WWW-Authenticate", "Bearer"));
            }
            case HookDecision.Unavailable _ -> throw new ProblemException(unavailable());
            case HookDecision.Busy _ ->
                throw new ProblemException(Problems.FULL
                        .of("Too many requests wait for the application's decision (hook.waiting_max). Try again in"
                                + " some seconds.")
                        .withHeader("Retry-After", RETRY_SECONDS));
        };
    }

    private static Problem unavailable() {
        return Problems.NOT_READY
                .of("The application that decides about this does not answer at the moment. Try again in some seconds.")
                .withHeader("Retry-After", RETRY_SECONDS);
    }
}
