package dev.sluice.app.command;

import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.config.KeyEntry;
import dev.sluice.server.auth.identity.StaticKeys;
import java.security.SecureRandom;
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
            "The backend shows the key as 'Authorization: Bearer KEY'.",
            "",
            "  sluice key new backend > backend.key",
        })
final class KeyNew implements Callable<Integer> {
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
            throw new CommandException(
                    Exit.USAGE, "KID takes 1 to 64 letters, digits, '.', '_' and '-', not '" + kid + "'.");
        }
        var key = StaticKeys.generate(kid, new SecureRandom());
        out.line(key);
        messages.text("""
                # For sluice.toml: the hash of the key, and what the key may do.
                [[key]]
                kid = "%s"
                hash = "%s"
                # publish = ["**"]
                """.formatted(kid, StaticKeys.hash(key)));
        return 0;
    }
}
