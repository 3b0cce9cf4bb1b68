package dev.sluice.server.auth.identity;

import dev.sluice.core.access.Permissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A key that the operator trusts.
public sealed interface VerificationKey {
    /// Its name, which appears in a static key itself, in the header of a token, in refusals and in revocations.
    String kid();

    /// A key that the caller sends as it is. The caller's name is the `kid`.
    ///
    /// @param kid         1 to 64 letters, digits, `.`, `_` and `-`
    /// @param hash        the hash of the key's text: `sha256:` and 64 hexadecimal digits in lower case
    /// @param permissions the permissions of the caller, in addition to those of grants
    record StaticKey(String kid, String hash, Set<String> roles, Permissions permissions) implements VerificationKey {
        static final Pattern KID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
        private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

        /// @throws IllegalArgumentException if the name or the hash has a different form
        public StaticKey {
            if (!KID.matcher(kid).matches()) {
                throw new IllegalArgumentException(
                        "the name of a static key has 1 to 64 letters, digits, '.', '_' and '-', was '" + kid + "'");
            }
            // The hash is not repeated: by mistake, it may be the key itself.
            if (!HASH.matcher(hash).matches()) {
                throw new IllegalArgumentException(
                        "the hash of the key '" + kid + "' must be 'sha256:' and 64 hexadecimal digits in lower case");
            }
            roles = Set.copyOf(roles);
        }

        @Override
        public String toString() {
            return "the static key '" + kid + "'";
        }
    }

    /// The password of a person, who sends it once to log in. The person's name is the `kid`.
    ///
    /// @param kid         as for a static key
    /// @param permissions the permissions of the person, in addition to those of grants
    /// @param lifetimeMax how long a login lasts
    record PasswordKey(String kid, PasswordHash hash, Set<String> roles, Permissions permissions, Duration lifetimeMax)
            implements VerificationKey {
        /// @throws IllegalArgumentException if the name has a different form
        public PasswordKey {
            if (!StaticKey.KID.matcher(kid).matches()) {
                throw new IllegalArgumentException(
                        "a name with a password has 1 to 64 letters, digits, '.', '_' and '-', was '" + kid + "'");
            }
            roles = Set.copyOf(roles);
        }

        @Override
        public String toString() {
            return "the password of '" + kid + "'";
        }
    }

    /// A key that signs tokens.
    ///
    /// @param kid         the `kid` of tokens, unless the material is a set of keys, each with its own
    /// @param algorithm   the only algorithm that is accepted
    /// @param issuer      the required `iss`; null for any
    /// @param audience    the required `aud`; null if tokens must have none, because a token for another
    ///                    audience is not for the hub (RFC 7519 §4.1.3)
    /// @param ceiling     the maximum permissions of a token
    /// @param lifetimeMax the longest time from `iat` to `exp`
    record TokenKey(
            String kid,
            SigningAlgorithm algorithm,
            KeyMaterial material,
            @Nullable String issuer,
            @Nullable String audience,
            Permissions ceiling,
            Duration lifetimeMax)
            implements VerificationKey {
        public static final Duration LIFETIME_MAX = Duration.ofHours(24);

        /// @throws IllegalArgumentException if the material does not fit the algorithm, or is too weak
        public TokenKey {
            String fault = fault(algorithm, material);
            if (fault != null) throw new IllegalArgumentException("the key '" + kid + "' " + fault);
            if (!lifetimeMax.isPositive()) {
                throw new IllegalArgumentException("the key '" + kid + "' must let tokens live for some time");
            }
        }

        private static @Nullable String fault(SigningAlgorithm algorithm, KeyMaterial material) {
            boolean isSecret = material instanceof KeyMaterial.SharedSecret;
            if (isSecret != algorithm.isSecret()) {
                return "is for " + algorithm + ", which does not go with " + material;
            }
            boolean isWrong = material instanceof KeyMaterial.PublicPart(var key) && !algorithm.fits(key);
            return isWrong ? "must be " + algorithm.key() : null;
        }

        @Override
        public String toString() {
            return "the key '" + kid + "' (" + algorithm + ", " + material + ")";
        }
    }

    /// A key whose credentials are client certificates, which the TLS handshake has verified.
    ///
    /// @param name        the part of a certificate that is the caller's name
    /// @param authorities the authorities to one of which a certificate must lead; empty for all that the
    ///                    listener trusts
    /// @param roles       the roles of all its callers
    /// @param ceiling     the maximum permissions of its callers
    /// @param lifetimeMax the longest time for which a certificate may be valid
    record CertificateKey(
            String kid,
            CertificateName name,
            List<X509Certificate> authorities,
            Set<String> roles,
            Permissions ceiling,
            Duration lifetimeMax)
            implements VerificationKey {
        /// A year, and the month by which many authorities exceed it.
        public static final Duration LIFETIME_MAX = Duration.ofDays(398);

        public CertificateKey {
            authorities = List.copyOf(authorities);
            roles = Set.copyOf(roles);
        }

        @Override
        public String toString() {
            return "the key '" + kid + "' (client certificates, by " + name + ")";
        }
    }
}
