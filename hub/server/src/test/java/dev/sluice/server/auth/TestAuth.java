package dev.sluice.server.auth;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.FailureLimit;
import java.time.InstantSource;
import java.util.List;

/// Filters of a hub's requests, with the default limits.
public final class TestAuth {
    private TestAuth() {}

    public static AuthFilter filter(
            List<VerificationKey> keys, List<Rule> rules, OriginSettings security, InstantSource clock) {
        var bearer = new BearerToken(BearerToken.COOKIE, security);
        return filter(bearer, authenticator(keys, clock, TokenRevocations.COUNT_MAX), rules, FailureLimit.NONE, clock);
    }

    public static AuthFilter filter(
            BearerToken bearer,
            Authenticator authenticator,
            List<Rule> rules,
            FailureLimit failures,
            InstantSource clock) {
        var grants = new GrantRules(rules, true, clock, authenticator.revocations());
        var hook = new HookAccess(null, grants, bearer.security());
        return new AuthFilter(bearer, authenticator, grants, failures, clock, "sha256:test", hook);
    }

    static Authenticator authenticator(List<VerificationKey> keys, InstantSource clock, int revocationsMax) {
        return new Authenticator(
                keys, Authenticator.ROLES_CLAIM, clock, () -> 0, revocationsMax, Budget.TOKENS.count());
    }
}
