package dev.sluice.embed.reload;

import dev.sluice.config.AccessTables;
import dev.sluice.config.AuthTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.HookTable;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.server.auth.AccessPolicy;
import dev.sluice.server.auth.AuthFilter;
import dev.sluice.server.auth.Authenticator;
import dev.sluice.server.auth.BearerToken;
import dev.sluice.server.auth.GrantRules;
import dev.sluice.server.auth.HookAccess;
import dev.sluice.server.auth.hook.Hook;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.FailureLimit;
import dev.sluice.server.stats.ServerClock;
import java.net.URI;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Converts the keys and grants of a configuration to the objects with which the server verifies and decides.
public final class ConfiguredAccess {
    private ConfiguredAccess() {}

    /// The filter of the server's requests. Without keys and grants, every client may do everything.
    ///
    /// @param files the files of the configuration's keys
    public static AccessFilter filter(Configuration configuration, KeyFiles files, ServerClock clock) {
        var access = configuration.access();
        if (!access.isConfigured()) return AccessFilter.OPEN;
        var authenticator = authenticator(
                access,
                files,
                clock,
                Math.toIntExact(configuration.get(AuthTable.REVOCATIONS_MAX)),
                Math.toIntExact(configuration.get(AuthTable.TOKENS_MAX)));
        var rules = rules(access, clock.wall(), authenticator.revocations());
        var security = configuration.security();
        var hook = HookTable.settings(configuration)
                .map(settings -> new Hook(settings, clock.wall()))
                .orElse(null);
        return new AuthFilter(
                new BearerToken(configuration.get(AuthTable.COOKIE), security),
                authenticator,
                rules,
                failures(configuration, security, clock),
                clock.wall(),
                configuration.digest(),
                new HookAccess(hook, rules, security));
    }

    /// The keys and grants of a configuration that was read again.
    ///
    /// @param files  the files of the configuration's keys
    /// @param before the keys and grants in force
    public static AccessPolicy policy(
            Configuration configuration, KeyFiles files, ServerClock clock, AccessPolicy before) {
        AccessTables access = configuration.access();
        Authenticator authenticator = before.authenticator()
                .with(
                        access.keys().stream().map(key -> key(key, files)).toList(),
                        Math.toIntExact(configuration.get(AuthTable.REVOCATIONS_MAX)),
                        Math.toIntExact(configuration.get(AuthTable.TOKENS_MAX)));
        return new AccessPolicy(authenticator, rules(access, clock.wall(), authenticator.revocations()));
    }

    private static FailureLimit failures(Configuration configuration, OriginSettings security, ServerClock clock) {
        return new FailureLimit(
                configuration.server().limits(),
                security.proxies(),
                () -> TimeUnit.MILLISECONDS.toNanos(clock.elapsedMs().getAsLong()));
    }

    /// Verifies keys and tokens, without checking revocations.
    public static Authenticator authenticator(AccessTables access, KeyFiles files, ServerClock clock) {
        return authenticator(access, files, clock, 0, 0);
    }

    private static Authenticator authenticator(
            AccessTables access, KeyFiles files, ServerClock clock, int revocationsMax, int tokensMax) {
        var keys = access.keys().stream().map(key -> key(key, files)).toList();
        return new Authenticator(
                keys, Authenticator.ROLES_CLAIM, clock.wall(), clock.elapsedMs(), revocationsMax, tokensMax);
    }

    /// Decides about the permissions of callers.
    public static GrantRules rules(AccessTables access, InstantSource clock) {
        return rules(access, clock, null);
    }

    private static GrantRules rules(AccessTables access, InstantSource clock, @Nullable TokenRevocations revocations) {
        var rules = access.grants().stream()
                .map(grant -> new GrantRules.Rule(whom(grant.to()), grant.permissions(), grant.isDenial()))
                .toList();
        return new GrantRules(rules, !access.keys().isEmpty(), clock, revocations);
    }

    private static VerificationKey key(KeyEntry key, KeyFiles files) {
        var values = key.values();
        if (key.isStatic()) {
            return new VerificationKey.StaticKey(
                    key.kid(), values.get(KeyEntry.HASH), Set.copyOf(values.get(KeyEntry.ROLES)), key.permissions());
        }
        if (key.isPassword()) {
            return new VerificationKey.PasswordKey(
                    key.kid(),
                    files.password(key.kid()),
                    Set.copyOf(values.get(KeyEntry.ROLES)),
                    key.permissions(),
                    key.lifetimeMax());
        }
        if (key.isForCertificates()) {
            return new VerificationKey.CertificateKey(
                    key.kid(),
                    values.get(KeyEntry.CLIENT_CERTIFICATE),
                    files.authorities(key.kid()),
                    Set.copyOf(values.get(KeyEntry.ROLES)),
                    key.ceiling(),
                    key.lifetimeMax());
        }
        return new VerificationKey.TokenKey(
                key.kid(),
                values.get(KeyEntry.ALGORITHM),
                material(key, files),
                given(values, KeyEntry.ISSUER),
                given(values, KeyEntry.AUDIENCE),
                key.ceiling(),
                key.lifetimeMax());
    }

    private static KeyMaterial material(KeyEntry key, KeyFiles files) {
        var values = key.values();
        if (values.has(KeyEntry.JWKS)) return new KeyMaterial.KeySet(URI.create(values.get(KeyEntry.JWKS)));
        if (values.has(KeyEntry.PUBLIC_KEY_FILE)) return new KeyMaterial.PublicPart(files.publicKey(key.kid()));
        return new KeyMaterial.SharedSecret(files.secret(key.kid()));
    }

    private static @Nullable String given(Values values, Setting<String> setting) {
        return values.has(setting) ? values.get(setting) : null;
    }

    private static GrantSubject whom(String text) {
        if (text.equals(GrantEntry.ANYONE)) return new GrantSubject.Anyone();
        if (text.startsWith(GrantEntry.SUBJECT)) {
            return new GrantSubject.Subject(text.substring(GrantEntry.SUBJECT.length()));
        }
        if (text.startsWith(GrantEntry.ROLE)) return new GrantSubject.Role(text.substring(GrantEntry.ROLE.length()));
        return new GrantSubject.Authenticated();
    }
}
