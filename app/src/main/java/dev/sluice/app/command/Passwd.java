package dev.sluice.app.command;

import dev.sluice.config.KeyEntry;
import dev.sluice.server.auth.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sluice passwd`: hashes the password of a person.
@Command(
        description = "Hash a person's password, for the page /login: print the hash, and the lines for sluice.toml.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Asks for the password, or reads a line of standard input. The hash goes to standard output, the",
            "lines to standard error. Only the hub's user should be able to read the file.",
            "",
            "  (umask 077; sluice passwd alice > alice.password)",
        })
final class Passwd implements Callable<Integer> {
    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Parameters(paramLabel = "NAME", description = "The name of the person, such as alice.")
    private String name = "";

    Passwd(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() {
        if (!KeyEntry.isStaticName(name)) {
            throw new Failure(Exit.USAGE, "NAME takes 1 to 64 letters, digits, '.', '_' and '-', not '" + name + "'.");
        }
        PasswordHash hash;
        try {
            hash = PasswordHash.of(password(), new SecureRandom());
        } catch (IllegalArgumentException refused) {
            throw new Failure(Exit.DATA, "Not hashed: " + refused.getMessage() + ".", refused);
        }
        out.line(hash.text());
        messages.text("""
                # For sluice.toml: the file with the hash, and what %1$s may do.
                [[key]]
                kid = "%1$s"
                password_file = "%1$s.password"
                admin = true
                # list = ["**"]
                # subscribe = ["**"]
                """.formatted(name));
        return 0;
    }

    @SuppressWarnings("SystemConsoleNull")
    private String password() {
        Console console = context.isTyping() ? System.console() : null;
        if (console == null) return line();
        char[] first = console.readPassword("Password of %s: ", name);
        char[] second = console.readPassword("Once more: ");
        if (first == null || second == null) throw new Failure(Exit.DATA, "No password was typed.");
        if (!Arrays.equals(first, second)) throw new Failure(Exit.DATA, "These were two different passwords.");
        return new String(first);
    }

    private String line() {
        try {
            var line = new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        } catch (IOException reason) {
            throw new Failure(Exit.IO, "Standard input can't be read: " + Failure.messageOf(reason) + ".", reason);
        }
    }
}
