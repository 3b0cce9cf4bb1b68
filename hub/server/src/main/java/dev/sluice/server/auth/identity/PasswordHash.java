package dev.sluice.server.auth.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/// The hash of a password that a person chose: Argon2id (RFC 9106), as the text that other programs use as well:
/// `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`. Slow on purpose: a check takes some 50 ms and 19 MiB.
public final class PasswordHash {
    /// The minimum length of a password; NIST SP 800-63B requires 8.
    public static final int PASSWORD_CHARACTERS_MIN = 10;

    static final int PASSWORD_BYTES_MAX = 256;

    // As RFC 9106 and OWASP recommend for a server: memory rather than rounds.
    private static final int MEMORY_KIB = 19_456;
    private static final int ROUNDS = 2;
    private static final int LANES = 1;

    /// The maximum that a hash in a file may demand of the hub for each login.
    private static final int MEMORY_KIB_MAX = 65_536;

    private static final int ROUNDS_MAX = 10;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern TEXT = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final int memoryKib;
    private final int rounds;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int memoryKib, int rounds, int lanes, byte[] salt, byte[] hash) {
        this.memoryKib = memoryKib;
        this.rounds = rounds;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    /// Hashes a new password.
    ///
    /// @throws IllegalArgumentException if it is too short or too long; the message is for the user
    public static PasswordHash of(String password, SecureRandom random) {
        if (password.codePointCount(0, password.length()) < PASSWORD_CHARACTERS_MIN)
            throw new IllegalArgumentException("a password has at least " + PASSWORD_CHARACTERS_MIN + " characters");
        if (password.getBytes(StandardCharsets.UTF_8).length > PASSWORD_BYTES_MAX)
            throw new IllegalArgumentException("a password has at most " + PASSWORD_BYTES_MAX + " bytes");
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(
                MEMORY_KIB, ROUNDS, LANES, salt, derive(password, MEMORY_KIB, ROUNDS, LANES, salt, HASH_BYTES));
    }

    /// @throws IllegalArgumentException if the text is not such a hash, or a check would take too much memory or
    ///     time
    public static PasswordHash parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) // The text is not repeated: by mistake, it may be the password itself.
        throw new IllegalArgumentException("has no hash as 'sluice passwd' prints it ($argon2id$v=19$…).");
        int memoryKib = Integer.parseInt(parts.group(1));
        int rounds = Integer.parseInt(parts.group(2));
        int lanes = Integer.parseInt(parts.group(3));
        boolean isBounded = memoryKib <= MEMORY_KIB_MAX && rounds <= ROUNDS_MAX;
        if (!isBounded || rounds == 0 || lanes == 0 || memoryKib < 8 * lanes)
            throw new IllegalArgumentException("has a hash that takes more than " + MEMORY_KIB_MAX + " KiB or "
                    + ROUNDS_MAX + " rounds, or is no valid one.");
        Base64.Decoder decoder = Base64.getDecoder();
        return new PasswordHash(
                memoryKib, rounds, lanes, decoder.decode(parts.group(4)), decoder.decode(parts.group(5)));
    }

    /// Returns true if this is the password. Takes equally long for a wrong password.
    public boolean matches(String password) {
        return MessageDigest.isEqual(hash, derive(password, memoryKib, rounds, lanes, salt, hash.length));
    }

    private static byte[] derive(String password, int memoryKib, int rounds, int lanes, byte[] salt, int bytes) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(rounds)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] derived = new byte[bytes];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), derived);
        return derived;
    }

    /// The text for a file.
    public String text() {
        Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + rounds + ",p=" + lanes + "$" + encoder.encodeToString(salt)
                + "$" + encoder.encodeToString(hash);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordHash that && text().equals(that.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return "the hash of a password";
    }
}
