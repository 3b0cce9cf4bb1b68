package dev.sluice.server.auth;

import dev.sluice.server.auth.identity.ClientCertificates;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.KeyRenewal;
import dev.sluice.server.auth.identity.PasswordLogins;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import dev.sluice.server.auth.identity.VerificationKey.PasswordKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.auth.token.TokenHeader;
import dev.sluice.server.auth.token.TokenRevocation;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.auth.token.TokenVerifier;
import dev.sluice.server.auth.token.VerifiedTokens;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.Timestamp;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Verifies credentials with the keys that the operator trusts. May be used from any thread, and never blocks.
public final class Authenticator {
    /// The claim with a token's roles.
    public static final String ROLES_CLAIM = "roles";

    private final StaticKeys staticKeys;
    private final TokenVerifier tokens;
    private final PasswordLogins logins;
    private final VerifiedTokens verified;
    private final ClientCertificates certificates;
    private final TokenRevocations revocations;
    private final int revocationsMax;
    private final List<TokenKey> tokenKeys;
    private final List<CertificateKey> certificateKeys;
    private final Map<String, VerificationKey> byKid = new HashMap<>();
    private final Set<String> reservedNames;
    private final Duration lifetimeMax;
    private final KeyRenewal renewal;
    private final InstantSource clock;
    private final LongSupplier elapsedMs;

    /// @param rolesClaim     the claim with a token's roles
    /// @param clock          the time with which tokens are compared
    /// @param elapsedMs      monotonic milliseconds
    /// @param revocationsMax the maximum number of revocations in force
    /// @param tokensMax      the maximum number of tokens remembered as verified
    /// @throws IllegalArgumentException if two keys have the same name
    public Authenticator(
            List<VerificationKey> keys,
            String rolesClaim,
            InstantSource clock,
            LongSupplier elapsedMs,
            int revocationsMax,
            int tokensMax) {
        this(keys, rolesClaim, clock, elapsedMs, revocationsMax, tokensMax, null);
    }

    private Authenticator(
            List<VerificationKey> keys,
            String rolesClaim,
            InstantSource clock,
            LongSupplier elapsedMs,
            int revocationsMax,
            int tokensMax,
            @Nullable Authenticator before) {
        List<StaticKey> shown = new ArrayList<>();
        List<TokenKey> signing = new ArrayList<>();
        List<CertificateKey> certifying = new ArrayList<>();
        List<PasswordKey> passwords = new ArrayList<>();
        for (VerificationKey each : keys) {
            if (byKid.put(each.kid(), each) != null) {
                throw new IllegalArgumentException(
                        "there are two keys named '" + each.kid() + "': name one differently");
            }
            switch (each) {
                case StaticKey key -> shown.add(key);
                case TokenKey key -> signing.add(key);
                case CertificateKey key -> certifying.add(key);
                case PasswordKey key -> passwords.add(key);
            }
        }
        this.staticKeys = new StaticKeys(shown);
        this.logins = before == null ? new PasswordLogins(passwords, clock) : before.logins.with(passwords);
        Set<String> taken = new HashSet<>(staticKeys.kids()); // No other caller may have these names.
        taken.addAll(logins.names());
        this.reservedNames = taken;
        this.tokens = before == null
                ? new TokenVerifier(signing, taken, rolesClaim, clock, elapsedMs)
                : before.tokens.with(signing, taken, elapsedMs);
        this.verified = new VerifiedTokens(tokensMax, clock);
        this.certificates = new ClientCertificates(certifying, taken, clock);
        this.tokenKeys = List.copyOf(signing);
        this.certificateKeys = List.copyOf(certifying);
        this.lifetimeMax = Stream.of(
                        signing.stream().map(TokenKey::lifetimeMax),
                        certifying.stream().map(CertificateKey::lifetimeMax),
                        passwords.stream().map(PasswordKey::lifetimeMax))
                .flatMap(each -> each)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        this.revocationsMax = revocationsMax;
        this.revocations =
                before == null ? new TokenRevocations(lifetimeMax, revocationsMax, clock) : before.revocations;
        this.renewal = new KeyRenewal(clock);
        this.clock = clock;
        this.elapsedMs = elapsedMs;
    }

    /// Returns an authenticator with other keys. It keeps logins, revocations and the keys fetched from issuers;
    /// tokens are verified again.
    ///
    /// @param keys           the keys that replace those of this authenticator
    /// @param revocationsMax as for the constructor; takes effect with [#limitRevocations]
    /// @throws IllegalArgumentException if two keys have the same name
    public Authenticator with(List<VerificationKey> keys, int revocationsMax, int tokensMax) {
        return new Authenticator(keys, ROLES_CLAIM, clock, elapsedMs, revocationsMax, tokensMax, this);
    }

    /// Adapts the limit of revocations, which are shared with the previous authenticator.
    void limitRevocations() {
        revocations.limit(revocationsMax);
    }

    /// Makes revocations last as long as tokens of these keys.
    ///
    /// @param restore as for [TokenRevocations#extend]
    void extendRevocations(Runnable restore) {
        revocations.extend(lifetimeMax, restore);
    }

    /// Returns true if a key of this very authenticator verified the caller, so that it need not be [#renewed].
    ///
    /// @param caller null for an anonymous caller
    @SuppressWarnings("ReferenceEquality") // Renewal by an equal key of another configuration changes nothing.
    boolean isOfOwnKey(@Nullable Identity caller) {
        VerificationKey key = caller == null ? null : caller.key();
        return key == null || byKid.get(key.kid()) == key;
    }

    /// Renews a caller that earlier keys verified; null if the current keys would not verify it.
    @Nullable
    Identity renewed(Identity caller) {
        VerificationKey before = caller.key();
        if (before == null) return isReserved(caller.subject()) ? null : caller;
        VerificationKey now = byKid.get(before.kid());
        if (now == null) return null;
        boolean isNamed = now instanceof StaticKey || now instanceof PasswordKey;
        if (!isNamed && isReserved(caller.subject())) return null;
        return renewal.renewed(caller, before, now);
    }

    /// Returns true for the name of a static key or a person, which no other caller may have.
    boolean isReserved(String name) {
        return reservedNames.contains(name);
    }

    /// People who log in with a password.
    PasswordLogins logins() {
        return logins;
    }

    /// The revocations that this authenticator respects.
    public TokenRevocations revocations() {
        return revocations;
    }

    /// The outcome for a credential whose signature need not be checked: a static key, a login, or a token that
    /// was verified before. Null for other tokens.
    @Nullable
    Verification known(String credential) {
        if (StaticKeys.isKey(credential)) return staticKeys.verify(credential);
        if (PasswordLogins.isLogin(credential)) return checked(renewed(logins.verify(credential)));
        if (credential.length() > TokenHeader.CHARACTERS_MAX) return tokens.verify(credential); // Refuses it.
        Identity known = verified.find(credential);
        return known == null ? null : checked(new Verification.Verified(known));
    }

    private Verification renewed(Verification login) {
        if (!(login instanceof Verification.Verified(Identity caller))) return login;
        Identity now = renewed(caller);
        return now == null ? PasswordLogins.OVER : new Verification.Verified(now);
    }

    /// @param credential a static key or a signed token
    public Verification verify(String credential) {
        Verification known = known(credential);
        if (known != null) return known;
        return switch (tokens.verify(credential)) {
            case Verification.Pending(var later) ->
                new Verification.Pending(later.thenApply(outcome -> remember(credential, outcome)));
            case Verification outcome -> remember(credential, outcome);
        };
    }

    /// Returns true if client certificates are credentials of this hub.
    boolean takesCertificates() {
        return certificates.areTaken();
    }

    /// @param chain the certificates that a client presented in its TLS handshake, its own certificate first; at
    ///              least one
    Verification verify(List<X509Certificate> chain) {
        return checked(certificates.verify(chain));
    }

    private Verification remember(String credential, Verification outcome) {
        if (outcome instanceof Verification.Verified(var identity)) verified.put(credential, identity);
        return checked(outcome);
    }

    /// Returns the same outcome, unless the token has been revoked since. For an outcome that completed on
    /// another thread, it must be called again in the task that uses the outcome.
    public Verification checked(Verification outcome) {
        if (!(outcome instanceof Verification.Verified(var identity))) return outcome;
        TokenRevocation revocation = revocations.find(identity.subject(), identity.credential());
        if (revocation == null) return outcome;
        return new Verification.BadToken(
                switch (revocation.claim()) {
                    case JTI -> "The credential was revoked: ask for a new one, if you can get one.";
                    case SUB, KID ->
                        "The credential was revoked, like all credentials of its user or key until "
                                + Timestamp.of(revocation.at().toEpochMilli())
                                + ": ask for a new one, if you can get one.";
                },
                "revoked");
    }

    /// The reason why a revocation would have no effect, and what to do instead; null if it has an effect.
    ///
    /// @param hasHook whether an application names callers, too
    @Nullable
    String whyNotRevocable(TokenRevocation revocation, boolean hasHook) {
        String name = revocation.value();
        TokenRevocation.Claim claim = revocation.claim();
        boolean mayBeNamed = hasHook && claim == TokenRevocation.Claim.SUB;
        if (!mayBeNamed && tokenKeys.isEmpty() && certificateKeys.isEmpty() && !logins.areTaken()) {
            return "The hub takes neither signed tokens nor client certificates, so there is nothing to revoke by '"
                    + claim.text() + "': a static key is revoked in the configuration, by removing its [[key]].";
        }
        return switch (claim) {
            case JTI -> null;
            case SUB -> staticKeys.kids().contains(name) ? staticKey(name) : null;
            case KID -> staticKeys.kids().contains(name) ? staticKey(name) : whyNotRevocable(name);
        };
    }

    private static String staticKey(String name) {
        return Problems.quoted(name) + " is a static key, which is revoked in the configuration: remove its [[key]], or"
                + " replace its 'hash', and reload the configuration.";
    }

    private @Nullable String whyNotRevocable(String kid) {
        if (certificateKeys.stream().anyMatch(each -> each.kid().equals(kid))) return null;
        if (logins.names().contains(kid)) return null;
        boolean hasSets = false;
        for (TokenKey each : tokenKeys) {
            boolean isSet = each.material() instanceof KeyMaterial.KeySet;
            hasSets |= isSet;
            if (!each.kid().equals(kid)) continue;
            if (!isSet) return null;
            return Problems.quoted(kid) + " is a set of keys: revoke by the 'kid' that its tokens have in their"
                    + " headers, or remove its [[key]] from the configuration.";
        }
        return hasSets
                ? null
                : "The hub has no key " + Problems.quoted(kid) + ", so no token or certificate of it is valid.";
    }
}
