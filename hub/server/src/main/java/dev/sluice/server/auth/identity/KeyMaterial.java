package dev.sluice.server.auth.identity;

import java.net.URI;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The secret or public key, or the source of keys, that verifies a token's signature.
public sealed interface KeyMaterial {
    /// The secret of HS256, which the hub shares with the issuer.
    final class SharedSecret implements KeyMaterial {
        /// The length of the hash (RFC 7518 §3.2). A shorter secret can be guessed from a single token.
        public static final int BYTES_MIN = 32;

        private final byte[] secret;

        /// @throws IllegalArgumentException if the secret is too short
        public SharedSecret(byte[] secret) {
            if (secret.length < BYTES_MIN) {
                throw new IllegalArgumentException("a secret must have at least " + BYTES_MIN + " bytes, had "
                        + secret.length + ": make one with 'openssl rand -base64 48'");
            }
            this.secret = secret.clone();
        }

        public byte[] bytes() {
            return secret.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SharedSecret that && MessageDigest.isEqual(secret, that.secret);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(secret);
        }

        @Override
        public String toString() {
            return "a shared secret";
        }
    }

    /// One public key.
    record PublicPart(PublicKey key) implements KeyMaterial {
        @Override
        public String toString() {
            return "a public key (" + key.getAlgorithm() + ")";
        }
    }

    /// The issuer's current public keys (JWKS, RFC 7517), chosen by the token's `kid`.
    ///
    /// @param url `https`, or `http` on loopback
    record KeySet(URI url) implements KeyMaterial {
        private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

        /// @throws IllegalArgumentException if an attacker between the issuer and the hub could replace the keys
        public KeySet {
            String host = url.getHost();
            boolean isSafe = host != null
                    && ("https".equals(url.getScheme())
                            || ("http".equals(url.getScheme())
                                    && LOOPBACK.matcher(host).matches()));
            if (!isSafe) {
                throw new IllegalArgumentException(
                        "keys are read over https only (http from this machine), not from " + shown(url));
            }
        }

        /// The address without the parts that may be secret.
        public static String shown(URI url) {
            return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort())
                    + url.getPath();
        }

        @Override
        public String toString() {
            return "the keys at " + shown(url);
        }
    }
}
