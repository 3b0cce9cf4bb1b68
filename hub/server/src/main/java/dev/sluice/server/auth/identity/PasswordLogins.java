package dev.sluice.server.auth.identity;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permissions;
import dev.sluice.server.auth.identity.VerificationKey.PasswordKey;
import dev.sluice.server.limit.CallerQueue;
import dev.sluice.server.limit.ClientKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Logins of people with a password. Each login gets a random text as its cookie, which only this hub knows, and
/// only while it runs. May be used from any thread.
public final class PasswordLogins {
    /// The maximum number of logins. Few people log in; beyond it, the login that expires first ends.
    static final int LOGINS_MAX = 10_000;

    private static final String PREFIX = "login_";
    private static final int RANDOM_BYTES = 32;

    public static final Verification.BadToken OVER = new Verification.BadToken(
            "This login has ended, or the hub was restarted or the password changed since: log in again.");

    private record Login(Identity identity, Instant expiry) {}

    private final Map<String, PasswordKey> byName = new HashMap<>();
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final PasswordChecks checks;

    /// By the hash of their cookies, so that the duration of a lookup reveals nothing about them.
    private final Map<String, Login> logins;

    /// The hash compared for a name that does not exist, so that the response takes as long. The result is ignored.
    private final @Nullable PasswordHash nobody;

    public PasswordLogins(List<PasswordKey> keys, InstantSource clock) {
        this(keys, clock, new PasswordChecks(), new ConcurrentHashMap<>());
    }

    private PasswordLogins(
            List<PasswordKey> keys, InstantSource clock, PasswordChecks checks, Map<String, Login> logins) {
        this.checks = checks;
        this.logins = logins;
        for (PasswordKey key : keys) byName.put(key.kid(), key);
        this.clock = clock;
        this.nobody = keys.isEmpty() ? null : keys.getFirst().hash();
    }

    /// Returns the current logins with other people.
    public PasswordLogins with(List<PasswordKey> keys) {
        return new PasswordLogins(keys, clock, checks, logins);
    }

    /// Returns true if anyone has a password.
    public boolean areTaken() {
        return nobody != null;
    }

    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /// The outcome of an attempt.
    public sealed interface Attempt {
        /// @param cookie  the credential for later requests
        /// @param dropped the credential of the login that ended to make room; null if none did
        record Success(
                String cookie, Identity identity, @Nullable Credential dropped) implements Attempt {}

        /// Name and password do not match.
        record Failure() implements Attempt {}

        /// The password could not be checked, for example for lack of memory.
        record Undecided() implements Attempt {}
    }

    /// Checks a password when it is its caller's turn, if the queue has room.
    ///
    /// @param caller the caller in whose share of the queue the check counts; empty if only the total is limited
    /// @param onEnd  called once with the outcome if the check is taken, usually on another thread
    public CallerQueue.Outcome begin(
            Optional<ClientKey> caller, String name, String password, Consumer<Attempt> onEnd) {
        return checks.submit(caller, () -> attempt(name, password), onEnd);
    }

    private Attempt attempt(String name, String password) {
        PasswordKey key = byName.get(name);
        PasswordHash hash = key == null ? nobody : key.hash();
        boolean matches = hash != null && hash.matches(password);
        return matches && key != null ? login(key) : new Attempt.Failure();
    }

    private Attempt login(PasswordKey key) {
        Instant now = clock.instant();
        Instant expiry = now.plus(key.lifetimeMax());
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String cookie = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        String id = hashed(cookie);
        Credential credential = new Credential(key.kid(), id, now, expiry, key.roles());
        Identity identity = new Identity(key.kid(), credential, key.permissions(), Permissions.ALL, key);
        Credential dropped = logins.size() < LOGINS_MAX ? null : makeRoom(now);
        logins.put(id, new Login(identity, expiry));
        return new Attempt.Success(cookie, identity, dropped);
    }

    /// @return the credential of the login that ended; null if enough had expired
    private @Nullable Credential makeRoom(Instant now) {
        logins.values().removeIf(each -> !now.isBefore(each.expiry));
        if (logins.size() < LOGINS_MAX) return null;
        return logins.entrySet().stream()
                .min(Map.Entry.comparingByValue((some, other) -> some.expiry.compareTo(other.expiry)))
                .flatMap(oldest -> Optional.ofNullable(logins.remove(oldest.getKey())))
                .map(oldest -> oldest.identity.credential())
                .orElse(null);
    }

    /// Returns true if a credential has the form of a login, not of a token.
    public static boolean isLogin(String credential) {
        return credential.startsWith(PREFIX);
    }

    public Verification verify(String credential) {
        Login login = logins.get(hashed(credential));
        if (login == null || !clock.instant().isBefore(login.expiry)) return OVER;
        return new Verification.Verified(login.identity);
    }

    /// Returns true if the login with this credential has not ended.
    public boolean has(Credential credential) {
        return logins.containsKey(credential.tokenId());
    }

    /// Ends a login.
    ///
    /// @return its caller; empty if there is no such login
    public Optional<Identity> end(String credential) {
        return Optional.ofNullable(logins.remove(hashed(credential))).map(Login::identity);
    }

    private static String hashed(String credential) {
        return Base64.getEncoder().encodeToString(StaticKeys.sha256(credential));
    }
}
