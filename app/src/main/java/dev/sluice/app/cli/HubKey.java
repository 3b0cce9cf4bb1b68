package dev.sluice.app.cli;

import dev.sluice.client.ClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The key or token with which a command authenticates to a hub, with the options of long-running ones.
public final class HubKey {
    private static final int BYTES_MAX = 64 << 10;
    static final String VARIABLE = "SLUICE_TOKEN";

    private final CommandContext context;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The key or token for the hub; other users of this machine see it. Default: SLUICE_TOKEN.")
    private @Nullable String key;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "The file with the key or token, read again when the hub asks for a newer one.")
    private @Nullable Path file;

    public HubKey(CommandContext context) {
        this.context = context;
    }

    /// Adds the key to a client, if there is one.
    public ClientBuilder apply(ClientBuilder client) {
        Supplier<String> source = source();
        return source == null ? client : client.token(source);
    }

    /// The current key or token; null if there is none.
    @Nullable
    public String value() {
        Supplier<String> source = source();
        return source == null ? null : source.get();
    }

    private @Nullable Supplier<String> source() {
        if (key != null && file != null)
            throw new CommandException(Exit.USAGE, "--key and --key-file both name the key: use one of them.");
        Path path = file;
        if (path != null) {
            read(path); // A file that can't be read is a mistake of the command line.
            return () -> read(path);
        }
        String given = key != null ? key : context.environment().get(VARIABLE);
        if (given == null || given.isBlank()) return null;
        String checked = checked(key != null ? "--key" : VARIABLE, given);
        return () -> checked;
    }

    /// Returns a key or token without the white space around it. A line end inside is refused here, because the JDK's
    /// message about an invalid header would show the secret.
    private static String checked(String source, String text) {
        String key = text.strip();
        if (key.chars().allMatch(character -> character > ' ' && character <= '~')) return key;
        throw new CommandException(
                Exit.USAGE, source + " has a character that no key or token has, perhaps a line end inside.");
    }

    private String read(Path path) {
        try (var in = Files.newInputStream(context.folder().resolve(path))) {
            return checked("--key-file " + path, new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new CommandException(
                    Exit.NO_INPUT,
                    "--key-file " + path + " can't be read: " + CommandException.messageOf(failed) + ".",
                    failed);
        }
    }
}
