package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.config.ConfigurationReader;
import dev.sluice.app.token.TokenContents;
import dev.sluice.config.AccessTables;
import dev.sluice.config.Flags;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.embed.reload.ConfiguredAccess;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.stats.ServerClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice token explain`: shows the content of a token, and its effect on the hub of a configuration.
@Command(
        description = "Show what a token or key says, whether the hub would accept it, and what it permits there.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Reads the token from standard input. Run it where the hub runs: it needs the hub's configuration",
            "and secrets. Exits with 1 if the hub would refuse the token. Prints neither signatures nor keys.",
            "",
            "  sluice token explain < token",
            "  sluice token new --secret-file shop.secret --kid shop --sub alice | sluice token explain",
        })
final class TokenExplain implements Callable<Integer> {
    private static final int BYTES_MAX = 64 << 10;
    private static final int ISSUER_SECONDS_MAX = 15;
    private static final String STATIC_KEY = "sk_";

    /// The format of a line: a label of fixed width and a value.
    private static final String LINE = "%-10s%s";

    private final CommandContext context;
    private final Output out;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default: SLUICE_CONFIG, then sluice.toml in this folder.")
    private @Nullable Path file;

    TokenExplain(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        var access = new ConfigurationReader(context.folder(), context.environment(), file)
                .read(Flags.NONE)
                .access();
        var files = KeyFiles.read(access, context.folder(), context.environment());
        var token = token();
        contents(token).forEach(this::print);
        if (!access.isConfigured()) {
            print(LINE.formatted(
                    "accepted",
                    "no: this hub has neither keys nor grants; everybody may do everything, without a token"));
            return Exit.REFUSED;
        }
        var clock = ServerClock.system();
        return switch (settled(
                ConfiguredAccess.authenticator(access, files, clock).verify(token))) {
            case Verification.Verified(var identity) -> {
                print(LINE.formatted("accepted", "yes, of " + identity.subject()));
                grant(ConfiguredAccess.rules(access, clock.wall()).grantOf(identity, ""), access)
                        .forEach(this::print);
                yield 0;
            }
            case Verification.BadToken(String reason, String _) -> refused(reason);
            case Verification.Undecided undecided -> refused(undecided.reason());
            case Verification.Pending _ -> refused("The issuer does not answer.");
        };
    }

    private String token() {
        try {
            var bytes = context.in().readNBytes(BYTES_MAX + 1);
            var text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (bytes.length <= BYTES_MAX && !text.isEmpty()) return text;
            throw new CommandException(
                    Exit.DATA, text.isEmpty() ? "Standard input has no token." : "The token is too long.");
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.IO, "Standard input can't be read: " + CommandException.messageOf(reason) + ".", reason);
        }
    }

    private static List<String> contents(String token) {
        var lines = new ArrayList<String>();
        if (token.startsWith(STATIC_KEY)) {
            lines.add(LINE.formatted("kind", "a static key"));
            return lines;
        }
        var contents = TokenContents.of(token);
        if (contents.isEmpty()) {
            lines.add(LINE.formatted("kind", "neither a static key nor a signed token (JWT)"));
            return lines;
        }
        lines.add(LINE.formatted("kind", "a signed token (JWT)"));
        contents.get().header().forEach((name, value) -> lines.add(LINE.formatted("header", name + " " + value)));
        for (var claim : contents.get().lines()) lines.add(LINE.formatted("claim", claim));
        return lines;
    }

    /// Waits for an issuer's keys.
    private static Verification settled(Verification verification) {
        return verification instanceof Verification.Pending(var later) ? await(later) : verification;
    }

    private static Verification await(CompletionStage<Verification> later) {
        try {
            return later.toCompletableFuture().get(ISSUER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException reason) {
            return new Verification.Undecided(
                    "The issuer's keys can't be read: " + CommandException.messageOf(reason) + ".", 0);
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private int refused(String reason) {
        print(LINE.formatted("accepted", "no: " + reason));
        return Exit.REFUSED;
    }

    private static List<String> grant(Grant grant, AccessTables access) {
        var lines = new ArrayList<String>();
        lines.addAll(permissions("permits", grant.allowed()));
        if (lines.isEmpty()) {
            lines.add(LINE.formatted(
                    "permits",
                    String.format(
                            Locale.ROOT,
                            "nothing: neither it nor any of %,d grants",
                            access.grants().size())));
        }
        if (!grant.ceiling().equals(Permissions.ALL)) lines.addAll(permissions("at most", grant.ceiling()));
        lines.addAll(permissions("except", grant.denied()));
        return lines;
    }

    private static List<String> permissions(String label, Permissions permissions) {
        var lines = new ArrayList<String>();
        for (var verb : Verb.values()) {
            var granted = permissions.granted(verb);
            if (granted.isEmpty()) continue;
            var where = verb == Verb.ADMIN
                    ? ""
                    : granted.stream().map(TokenExplain::text).collect(Collectors.joining(", ", " ", ""));
            lines.add(LINE.formatted(label, verb.text() + where));
        }
        return lines;
    }

    private static String text(Permission permission) {
        var limits = new ArrayList<String>();
        if (permission.type() != null) limits.add("type " + permission.type());
        if (permission.key() != null) limits.add("key " + permission.key());
        if (permission.channelsMax() != Permission.UNBOUNDED)
            limits.add("at most " + permission.channelsMax() + " channels");
        return permission.channels() + (limits.isEmpty() ? "" : " (" + String.join(", ", limits) + ")");
    }

    /// Texts of the token may have any characters.
    private void print(String line) {
        out.line(Messages.printable(line));
    }
}
