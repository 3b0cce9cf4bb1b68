package dev.sluice.app.command;

import dev.sluice.config.KeyEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sluice key new`: makes a static key.
@Command(
        description = "Make a static key, for a backend: print it once, and the lines for sluice.toml with its hash.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "The key goes to standard output, the lines to standard error. The hub needs only the lines.",
            "Whoever has the key shows it as 'Authorization: Bearer KEY'.",
            "",
            "  sluice key new backend > backend.key",
        })
final class KeyNew implements Callable<Integer> {
    /// Nobody can try out so many, so the hub needs no slow hash as for passwords.
    private static final int RANDOM_BYTES = 32;

    private final Output out;
    private final Messages messages;

    @Parameters(paramLabel = "KID", description = "The name of the key, such as backend.")
    private String kid = "";

    KeyNew(Output out, Messages messages) {
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() {
        if (!KeyEntry.isStaticName(kid)) {
            throw new Failure(Exit.USAGE, "KID takes 1 to 64 letters, digits, '.', '_' and '-', not '" + kid + "'.");
        }
        var key = random(kid);
        out.line(key);
        messages.text("""
                # For sluice.toml: the hash of the key, and what the key may do.
                [[key]]
                kid = "%s"
                hash = "%s"
                # publish = ["**"]
                """.formatted(kid, hash(key)));
        return 0;
    }

    /// The beginning lets scanners of repositories find keys that were committed by mistake.
    private static String random(String kid) {
        var random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return "sk_" + kid + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String hash(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
