package dev.sluice.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.access.Credential;
import dev.sluice.core.access.DenialListener;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.server.auth.hook.HookResponse;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.VerificationKey.PasswordKey;
import dev.sluice.server.auth.token.TokenRevocations;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The operator's rules about permissions. A caller has the permissions of all rules that apply to it and of its
/// credential, within the ceiling of its key, except those that a rule denies. May be used from any thread.
public final class GrantRules {
    /// @param permissions the permissions, in which `{sub}` in a pattern or key stands for the caller's name
    /// @param isDenial    whether the permissions are denied, regardless of other rules
    public record Rule(GrantSubject whom, Permissions permissions, boolean isDenial) {}

    private record Matched(Permissions allowed, Permissions denied) {}

    private final List<Rule> rules;
    private final boolean hasKeys;
    private final InstantSource clock;
    private final Matched anonymous;
    private final @Nullable TokenRevocations revocations;
    private volatile @Nullable DenialListener denials;
    private @Nullable Supplier<AccessPolicy> current; // Set before the first grant.

    private final Outcome unchanged = new Outcome(this, false, null);

    /// By identity, not by equality: a token has the same [Identity] as long as it is remembered.
    private final Cache<Identity, Matched> matched =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    /// @param hasKeys     whether there are keys, so that an anonymous caller may return with a credential
    /// @param clock       the clock by which grants expire with their credentials
    /// @param revocations the revocations that end the grants of their callers; null for none
    public GrantRules(List<Rule> rules, boolean hasKeys, InstantSource clock, @Nullable TokenRevocations revocations) {
        this.revocations = revocations;
        this.rules = List.copyOf(rules);
        this.hasKeys = hasKeys;
        this.clock = clock;
        this.anonymous = match(null);
    }

    /// Makes all grants follow the policy in force: after it is replaced, they permit only what both policies
    /// permit, and nothing once their callers' keys are gone or their logins have ended.
    void follow(Supplier<AccessPolicy> inForce) {
        current = inForce;
    }

    /// Makes all grants that are created from now on report to a listener.
    public void reportTo(DenialListener listener) {
        denials = listener;
    }

    /// @param caller  null for an anonymous caller
    /// @param address the address from which its requests come
    public Grant grantOf(@Nullable Identity caller, String address) {
        Grant grant = following(granted(caller, address), caller, address);
        DenialListener listener = denials;
        return listener == null ? grant : grant.reportingTo(listener);
    }

    private Grant following(Grant grant, @Nullable Identity caller, String address) {
        Supplier<AccessPolicy> inForce = current;
        TokenRevocations all = revocations;
        if (inForce == null) {
            return caller == null || all == null
                    ? grant
                    : grant.unless(() -> all.isRevoked(caller.subject(), caller.credential()));
        }
        var standing = new Standing(this, inForce, caller, address);
        return grant.unless(() -> standing.isOver()
                        || (caller != null && all != null && all.isRevoked(caller.subject(), caller.credential())))
                .limitedBy(standing::limit);
    }

    /// The change of a grant by the rules in force now.
    private record Outcome(
            GrantRules by, boolean isKeyGone, @Nullable Grant limit) {}

    /// The effect of the current policy on one grant. Determined once per change of the rules and then cached,
    /// because a session that publishes checks it for each event.
    private static final class Standing {
        private final GrantRules rules;
        private final Supplier<AccessPolicy> inForce;
        private final @Nullable Identity caller;
        private final String address;
        private volatile @Nullable Outcome known;

        Standing(GrantRules rules, Supplier<AccessPolicy> inForce, @Nullable Identity caller, String address) {
            this.rules = rules;
            this.inForce = inForce;
            this.caller = caller;
            this.address = address;
        }

        /// Returns true if the caller's key is gone, or the login of a person has ended.
        boolean isOver() {
            return now().isKeyGone || hasLoggedOut();
        }

        private boolean hasLoggedOut() {
            return caller != null
                    && caller.key() instanceof PasswordKey
                    && !inForce.get().authenticator().logins().has(caller.credential());
        }

        @Nullable
        Grant limit() {
            return now().limit;
        }

        private Outcome now() {
            AccessPolicy policy = inForce.get();
            Outcome last = known;
            if (last != null && last.by == policy.rules()) return last;
            Outcome found = find(policy);
            known = found;
            return found;
        }

        private Outcome find(AccessPolicy policy) {
            // The caller may have been verified just before the keys were replaced, and the grant created just
            // after.
            if (policy.rules() == rules && policy.authenticator().isOfOwnKey(caller)) return rules.unchanged;
            Identity renewed = caller == null ? null : policy.authenticator().renewed(caller);
            if (caller != null && renewed == null) return new Outcome(policy.rules(), true, null);
            Grant before = rules.granted(caller, address);
            Grant now = policy.rules().granted(renewed, address);
            boolean isSame = before.allowed().equals(now.allowed())
                    && before.ceiling().equals(now.ceiling())
                    && before.denied().equals(now.denied());
            return new Outcome(policy.rules(), false, isSame ? null : now);
        }
    }

    private Grant granted(@Nullable Identity caller, String address) {
        if (caller == null) {
            Grant grant =
                    Grant.of(new Principal("", address), anonymous.allowed()).except(anonymous.denied());
            return hasKeys ? grant.askingForCredential() : grant;
        }
        Matched its = matched.get(caller, this::match);
        return Grant.of(new Principal(caller.subject(), address), its.allowed())
                .within(caller.ceiling())
                .except(its.denied())
                .by(caller.credential(), clock);
    }

    /// Returns true for a name that the application must not give to a caller.
    boolean isReserved(String name) {
        Supplier<AccessPolicy> inForce = current;
        return inForce != null && inForce.get().authenticator().isReserved(name);
    }

    /// The grant of a caller that the application has admitted.
    ///
    /// @param caller null for an anonymous caller, unless the answer names one
    Grant grantOf(@Nullable Identity caller, HookResponse answer, Instant decidedAt, String address) {
        String subject = answer.subject();
        Identity named = caller != null || subject == null
                ? caller
                : new Identity(
                        subject,
                        new Credential("", "", decidedAt, answer.expiry()),
                        Permissions.NONE,
                        Permissions.ALL,
                        null);
        Grant grant = grantOf(named, address).and(answer.permissions());
        Instant expiry = answer.expiry();
        if (expiry == null) return grant;
        Instant own = grant.expiry();
        return own == null || expiry.isBefore(own) ? grant.until(expiry, clock) : grant;
    }

    /// The grant of a subscription that the application has admitted.
    ///
    /// @param grant    without the permissions of the answer
    /// @param isBounded whether it also ends with the credential that it was given for, because the subscription
    ///                  has its own token
    Grant grantOf(Grant grant, HookResponse answer, boolean isBounded) {
        Grant more = grant.and(answer.permissions());
        Instant expiry = answer.expiry();
        Instant own = grant.expiry();
        boolean endsFirst = isBounded && own != null && (expiry == null || own.isBefore(expiry));
        return endsFirst ? more : more.until(expiry, clock);
    }

    private Matched match(@Nullable Identity caller) {
        Permissions allowed = caller == null ? Permissions.NONE : caller.own();
        Permissions denied = Permissions.NONE;
        for (Rule each : rules) {
            if (!each.whom().includes(caller)) continue;
            String subject = caller == null ? null : caller.subject();
            if (each.isDenial()) denied = denied.and(SubjectTemplate.expandDenial(each.permissions(), subject));
            else allowed = allowed.and(SubjectTemplate.expand(each.permissions(), subject));
        }
        return new Matched(allowed, denied);
    }
}
