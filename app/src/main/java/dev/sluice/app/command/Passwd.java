package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HiddenInput;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.config.KeyEntry;
import dev.sluice.server.auth.identity.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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
    private static final String ASK = "Password of %s: ";
    private static final String ASK_AGAIN = "Once more: ";

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
            throw new CommandException(
                    Exit.USAGE, "NAME takes 1 to 64 letters, digits, '.', '_' and '-', not '" + name + "'.");
        }
        PasswordHash hash;
        try {
            hash = PasswordHash.of(password(), new SecureRandom());
        } catch (IllegalArgumentException refused) {
            throw new CommandException(Exit.DATA, "Not hashed: " + refused.getMessage() + ".", refused);
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
        if (console != null) return typed(console);
        return CommandContext.isStandardInputTyped() ? typedUnseen() : line(input());
    }

    private String typed(Console console) {
        char[] first = console.readPassword(ASK, name);
        char[] second = console.readPassword(ASK_AGAIN);
        if (first == null || second == null) throw new CommandException(Exit.DATA, "No password was typed.");
        return same(new String(first), new String(second));
    }

    /// Reads the password when only the prompt goes to the terminal and the hash goes to a file, as in the
    /// example.
    private String typedUnseen() {
        var input = input();
        try (var _ = new HiddenInput()) {
            messages.raw(ASK.formatted(name));
            var first = line(input);
            messages.raw("\n" + ASK_AGAIN);
            var second = line(input);
            messages.raw("\n");
            return same(first, second);
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.IO,
                    "The terminal would show the password: " + CommandException.messageOf(reason)
                            + ". Pipe a line into this.",
                    reason);
        }
    }

    private static String same(String first, String second) {
        if (!first.equals(second)) throw new CommandException(Exit.DATA, "The two passwords differ.");
        return first;
    }

    private BufferedReader input() {
        return new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8));
    }

    private static String line(BufferedReader input) {
        try {
            var line = input.readLine();
            return line == null ? "" : line;
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.IO, "Standard input can't be read: " + CommandException.messageOf(reason) + ".", reason);
        }
    }
}
