package dev.sluice.server.auth.identity;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.encoding.Sha256;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Verifies keys that callers send as they are: `sk_`, the key's name, `_`, and 32 random bytes in base64url.
/// Only their hashes are configured.
///
/// A fast hash is enough, because a key has 256 random bits: finding one by trial needs 2²⁵⁵ hashes. Slow hashes
/// compensate for weak passwords that people choose; here they would only let anyone occupy the hub's processors
/// with wrong keys.
public final class StaticKeys {
    private static final String PREFIX = "sk_";
    private static final int RANDOM_BYTES = 32;

    /// The characters of the random bytes in base64url, without padding.
    private static final int RANDOM_CHARACTERS = 43;

    @SuppressWarnings("ArrayRecordComponent") // Compared by isEqual only.
    private record Known(byte[] hash, Identity identity) {}

    private final Map<String, Known> byKid = new HashMap<>();

    public StaticKeys(List<StaticKey> keys) {
        for (StaticKey key : keys) {
            byte[] hash = HexFormat.of()
                    .parseHex(key.hash(), "sha256:".length(), key.hash().length());
            var credential = new Credential(key.kid(), "", null, null, key.roles());
            byKid.put(
                    key.kid(),
                    new Known(hash, new Identity(key.kid(), credential, key.permissions(), Permissions.ALL, key)));
        }
    }

    /// Generates a new key. By its prefix, secret scanners find keys that were committed to a repository by
    /// mistake.
    ///
    /// @param kid a name that [StaticKey#kid] permits
    public static String generate(String kid, SecureRandom random) {
        if (!StaticKey.KID.matcher(kid).matches()) throw new IllegalArgumentException("not the name of a static key");
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + kid + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The form of a key for the configuration.
    public static String hash(String key) {
        return "sha256:" + HexFormat.of().formatHex(sha256(key));
    }

    /// Returns true if a credential has the form of a static key, not of a token.
    public static boolean isKey(String credential) {
        return credential.startsWith(PREFIX);
    }

    public Set<String> kids() {
        return Set.copyOf(byKid.keySet());
    }

    /// @param credential [has the form][#isKey] of a static key
    public Verification verify(String credential) {
        int separator = credential.length() - RANDOM_CHARACTERS - 1;
        if (separator <= PREFIX.length() || credential.charAt(separator) != '_') {
            return new Verification.BadToken("The key is incomplete: it is as 'sluice key new' printed it, 'sk_', its"
                    + " name, '_' and " + RANDOM_CHARACTERS + " characters.");
        }
        String kid = credential.substring(PREFIX.length(), separator);
        Known known = byKid.get(kid);
        // The comparison takes constant time, so it reveals nothing about the hash. The names are not secret.
        if (known == null || !MessageDigest.isEqual(known.hash(), sha256(credential))) {
            return new Verification.BadToken(
                    "The hub has no such key. It may have been replaced: ask the operator of the hub for the new one.");
        }
        return new Verification.Verified(known.identity());
    }

    public static byte[] sha256(String text) {
        return Sha256.hash(text.getBytes(StandardCharsets.UTF_8));
    }
}
