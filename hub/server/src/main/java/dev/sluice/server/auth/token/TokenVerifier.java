package dev.sluice.server.auth.token;

import com.nimbusds.jose.JWSObject;
import dev.sluice.core.access.Credential;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.auth.token.KeySource.Lookup;
import dev.sluice.server.http.head.Problems;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Verifies signed tokens (JWT, RFC 7519; its best practices, RFC 8725). May be used from any thread.
///
/// No message mentions a token's claims before the signature is verified, so that a client cannot probe the hub's
/// requirements.
public final class TokenVerifier {
    /// The maximum by which the issuer's clock may be ahead of the hub's. Not applied to `exp`, because the hub
    /// ends streams at exactly that time.
    static final Duration LEEWAY = Duration.ofSeconds(60);

    private record Issuer(TokenKey key, KeySource source) {}

    private final List<Issuer> issuers = new ArrayList<>();
    private final Set<String> reservedNames;
    private final String rolesClaim;
    private final InstantSource clock;

    /// @param reservedNames the names that no token may have
    /// @param rolesClaim    the name of the claim with the roles
    /// @param elapsedMs     monotonic milliseconds
    public TokenVerifier(
            Collection<TokenKey> keys,
            Set<String> reservedNames,
            String rolesClaim,
            InstantSource clock,
            LongSupplier elapsedMs) {
        this(keys, reservedNames, rolesClaim, clock, key -> source(key, elapsedMs));
    }

    private TokenVerifier(
            Collection<TokenKey> keys,
            Set<String> reservedNames,
            String rolesClaim,
            InstantSource clock,
            Function<TokenKey, KeySource> sources) {
        for (TokenKey key : keys) issuers.add(new Issuer(key, sources.apply(key)));
        this.reservedNames = Set.copyOf(reservedNames);
        this.rolesClaim = rolesClaim;
        this.clock = clock;
    }

    /// Returns a verifier with other keys. The keys fetched from issuers are kept, because an issuer may not
    /// answer at the moment.
    ///
    /// @param keys the keys instead of those of this verifier
    public TokenVerifier with(Collection<TokenKey> keys, Set<String> reservedNames, LongSupplier elapsedMs) {
        return new TokenVerifier(
                keys, reservedNames, rolesClaim, clock, key -> known(key).orElseGet(() -> source(key, elapsedMs)));
    }

    private Optional<KeySource> known(TokenKey key) {
        return issuers.stream()
                .filter(each -> isSet(each)
                        && each.key().material().equals(key.material())
                        && each.key().algorithm() == key.algorithm())
                .map(Issuer::source)
                .findFirst();
    }

    private static KeySource source(TokenKey key, LongSupplier elapsedMs) {
        return switch (key.material()) {
            case KeyMaterial.SharedSecret secret -> KeySource.of(key.kid(), SignatureCheck.of(secret));
            case KeyMaterial.PublicPart(var part) -> KeySource.of(key.kid(), SignatureCheck.of(part));
            case KeyMaterial.KeySet(var url) -> new JwksKeySource(url, key.algorithm(), elapsedMs);
        };
    }

    public Verification verify(String token) {
        try {
            JWSObject parsed = TokenHeader.parse(token);
            List<Issuer> candidates = candidates(parsed.getHeader().getKeyID());
            return verify(parsed, candidates, 0, null);
        } catch (InvalidTokenException invalid) {
            return invalid.outcome();
        }
    }

    // --- the key

    /// The keys that may have signed the token: the key with its `kid`, or else all sets of keys. Without a
    /// `kid`, it is the only configured key.
    private List<Issuer> candidates(@Nullable String kid) {
        if (issuers.isEmpty()) {
            throw new InvalidTokenException(
                    "The hub takes no signed tokens: use a key (sk_…), or ask the operator of the hub.");
        }
        if (kid == null) {
            if (issuers.size() == 1) return issuers;
            throw new InvalidTokenException("The token's header needs a 'kid', as the hub has several keys.");
        }
        for (Issuer each : issuers) if (!isSet(each) && each.key().kid().equals(kid)) return List.of(each);
        // Issuers known to have such a key come first, so that the others need not be asked.
        List<Issuer> sets = issuers.stream()
                .filter(TokenVerifier::isSet)
                .sorted(Comparator.comparing((Issuer each) -> !each.source().has(kid)))
                .toList();
        if (sets.isEmpty()) throw unknown(kid);
        return sets;
    }

    private static boolean isSet(Issuer issuer) {
        return issuer.key().material() instanceof KeyMaterial.KeySet;
    }

    private static InvalidTokenException unknown(@Nullable String kid) {
        return new InvalidTokenException(
                kid == null
                        ? "The token's header needs a 'kid', as its issuer has several keys."
                        : "The hub has no key with the token's 'kid' " + Problems.quoted(kid)
                                + ": ask for a new token, or have the operator of the hub add the key.",
                kid == null ? null : "unknown-key");
    }

    /// @param from        the index of the first candidate to try
    /// @param unavailable the earlier source that can be asked again soonest; null if all could be asked
    private Verification verify(
            JWSObject token, List<Issuer> candidates, int from, Lookup.@Nullable Unavailable unavailable) {
        String kid = token.getHeader().getKeyID();
        Lookup.Unavailable undecided = unavailable;
        for (int i = from; i < candidates.size(); i++) {
            Lookup lookup = candidates.get(i).source().find(kid);
            if (lookup instanceof Lookup.Pending(var later)) {
                int at = i;
                Lookup.Unavailable before = undecided;
                return new Verification.Pending(
                        later.thenCompose(found -> resume(token, candidates, at, before, found)));
            }
            if (lookup instanceof Lookup.Found(var check) && settles(token, candidates, i, check)) {
                return verify(token, candidates.get(i).key(), check);
            }
            undecided = sooner(undecided, lookup);
        }
        if (undecided != null) {
            long seconds = undecided.retryMs() / 1_000 + 1;
            return new Verification.Undecided(
                    "The hub has no key with the token's 'kid' yet, and asks the token's issuer for its keys again soon."
                            + " Try again in " + seconds + " s.",
                    seconds);
        }
        throw unknown(kid);
    }

    private static Lookup.@Nullable Unavailable sooner(Lookup.@Nullable Unavailable before, Lookup lookup) {
        if (!(lookup instanceof Lookup.Unavailable unavailable)) return before;
        return before == null || unavailable.retryMs() < before.retryMs() ? unavailable : before;
    }

    private CompletionStage<Verification> resume(
            JWSObject token, List<Issuer> candidates, int at, Lookup.@Nullable Unavailable unavailable, Lookup found) {
        Verification next;
        try {
            next = found instanceof Lookup.Found(var check) && settles(token, candidates, at, check)
                    ? verify(token, candidates.get(at).key(), check)
                    : verify(token, candidates, at + 1, sooner(unavailable, found));
        } catch (InvalidTokenException invalid) {
            next = invalid.outcome();
        }
        return next instanceof Verification.Pending(var later) ? later : CompletableFuture.completedFuture(next);
    }

    /// Returns true if this key decides, and not a later candidate: names of keys are unique within one issuer
    /// only.
    private static boolean settles(JWSObject token, List<Issuer> candidates, int at, SignatureCheck check) {
        return at == candidates.size() - 1
                || (isSignedBy(candidates.get(at).key().algorithm(), token) && check.isValid(token));
    }

    private static boolean isSignedBy(SigningAlgorithm algorithm, JWSObject token) {
        return algorithm.isNamed(token.getHeader().getAlgorithm().getName());
    }

    // --- the signature, then the claims

    private Verification verify(JWSObject token, TokenKey key, SignatureCheck check) {
        if (!isSignedBy(key.algorithm(), token)) {
            throw new InvalidTokenException(
                    "The token is not signed with the algorithm of its key: that is " + key.algorithm() + ".");
        }
        if (!check.isValid(token)) {
            throw new InvalidTokenException(
                    "The token's signature is not one of the key with its 'kid': the token was changed,"
                            + " or signed with another key.");
        }
        TokenClaims claims = TokenClaims.of(token.getPayload().toBytes(), rolesClaim);
        checkParties(claims, key);
        Instant expiry = checkTimes(claims, key);
        String subject = claims.subject();
        if (subject == null) throw new InvalidTokenException("The token names no caller: it needs the claim 'sub'.");
        if (reservedNames.contains(subject)) {
            throw new InvalidTokenException(
                    "The token's 'sub' is the name of a key of the hub: give the caller another name.");
        }
        String kid = Objects.requireNonNullElse(token.getHeader().getKeyID(), key.kid());
        return new Verification.Verified(new Identity(
                subject,
                new Credential(kid, claims.tokenId(), claims.issuedAt(), expiry, Set.copyOf(claims.roles())),
                claims.sluice().permissions(),
                key.ceiling(),
                key));
    }

    private static void checkParties(TokenClaims claims, TokenKey key) {
        if (key.issuer() != null && !key.issuer().equals(claims.issuer())) {
            throw new InvalidTokenException("The token's issuer ('iss') is not that of its key: " + quoted(key.issuer())
                    + ", and not " + quoted(claims.issuer()) + ".");
        }
        List<String> audience = claims.audience();
        boolean isForHub = key.audience() == null ? audience.isEmpty() : audience.contains(key.audience());
        if (isForHub) return;
        if (key.audience() == null) {
            throw new InvalidTokenException("The token is for another audience ('aud' " + quoted(audience.getFirst())
                    + "), as its key has no audience: ask for one without 'aud', or have the operator of the hub"
                    + " set the key's audience.");
        }
        throw new InvalidTokenException(
                "The token is not for this hub: its 'aud' must have " + quoted(key.audience()) + ".");
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "none" : Problems.quoted(text);
    }

    /// @return the time from which the token is no longer valid
    private Instant checkTimes(TokenClaims claims, TokenKey key) {
        Instant now = clock.instant();
        Instant latest = now.plus(LEEWAY);
        Instant expiry = claims.expiry();
        if (expiry == null) throw new InvalidTokenException("The token never expires: it needs the claim 'exp'.");
        if (!expiry.isAfter(now)) {
            throw new InvalidTokenException("The token expired at " + expiry + ": ask for a new one.", "expired");
        }
        if (claims.notBefore() != null && claims.notBefore().isAfter(latest)) {
            throw new InvalidTokenException(
                    "The token is valid from " + claims.notBefore() + " on ('nbf'), and now it is " + now
                            + ". Wait, or set the clocks.",
                    "early");
        }
        if (claims.issuedAt() != null && claims.issuedAt().isAfter(latest)) {
            throw new InvalidTokenException(
                    "The token was issued at " + claims.issuedAt() + " ('iat'), and now it is " + now
                            + ". Set the clocks.",
                    "early");
        }
        Instant start = Objects.requireNonNullElse(claims.issuedAt(), now);
        if (expiry.isAfter(start.plus(key.lifetimeMax()))) {
            throw new InvalidTokenException("The token's lifetime is longer than its key permits, which is "
                    + key.lifetimeMax().toSeconds() + " seconds: ask for one that expires earlier.");
        }
        return expiry;
    }
}
