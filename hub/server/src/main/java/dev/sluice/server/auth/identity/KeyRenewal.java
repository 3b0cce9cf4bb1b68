package dev.sluice.server.auth.identity;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permissions;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import dev.sluice.server.auth.identity.VerificationKey.PasswordKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Renews callers after the keys that verified them have changed. If the changed key would also verify the
/// credential, the caller need not send it again: it gets the current roles, permissions and ceiling of the key.
public final class KeyRenewal {
    private final InstantSource clock;

    public KeyRenewal(InstantSource clock) {
        this.clock = clock;
    }

    /// @param before the key that verified the caller
    /// @param now    the key of the same name
    /// @return null if this key would not verify the caller's credential
    @Nullable
    public Identity renewed(Identity caller, VerificationKey before, VerificationKey now) {
        if (now.equals(before)) return caller;
        return switch (now) {
            case StaticKey key
            when before instanceof StaticKey was && was.hash().equals(key.hash()) ->
                with(caller, key.roles(), key.permissions(), Permissions.ALL, key);
            case PasswordKey key
            when before instanceof PasswordKey was && was.hash().equals(key.hash()) ->
                isTooLong(caller.credential(), key.lifetimeMax())
                        ? null
                        : with(caller, key.roles(), key.permissions(), Permissions.ALL, key);
            case TokenKey key
            when before instanceof TokenKey was && isSame(was, key) ->
                isTooLong(caller.credential(), key.lifetimeMax())
                        ? null
                        : with(caller, caller.roles(), caller.own(), key.ceiling(), key);
            case CertificateKey key
            when before instanceof CertificateKey was && isSame(was, key) ->
                isTooLong(caller.credential(), key.lifetimeMax())
                        ? null
                        : with(caller, key.roles(), caller.own(), key.ceiling(), key);
            case StaticKey _, PasswordKey _, TokenKey _, CertificateKey _ -> null;
        };
    }

    private static boolean isSame(TokenKey was, TokenKey key) {
        return was.algorithm() == key.algorithm()
                && was.material().equals(key.material())
                && Objects.equals(was.issuer(), key.issuer())
                && Objects.equals(was.audience(), key.audience());
    }

    private static boolean isSame(CertificateKey was, CertificateKey key) {
        return was.name() == key.name() && was.authorities().equals(key.authorities());
    }

    private boolean isTooLong(Credential credential, Duration lifetimeMax) {
        Instant expiry = credential.expiry();
        if (expiry == null) return false;
        Instant from = Objects.requireNonNullElseGet(credential.issuedAt(), clock::instant);
        return Duration.between(from, expiry).compareTo(lifetimeMax) > 0;
    }

    private static Identity with(
            Identity caller, Set<String> roles, Permissions own, Permissions ceiling, VerificationKey key) {
        Credential shown = caller.credential();
        Credential renewed = new Credential(shown.keyId(), shown.tokenId(), shown.issuedAt(), shown.expiry(), roles);
        return new Identity(caller.subject(), renewed, own, ceiling, key);
    }
}
