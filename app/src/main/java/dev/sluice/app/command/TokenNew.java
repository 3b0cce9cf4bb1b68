package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.app.token.TokenSigner;
import dev.sluice.config.KeyFiles;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.event.EventKey;
import dev.sluice.server.stats.ServerClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice token new`: signs a token, as an issuer would.
@Command(
        description = "Sign a token (JWT) for a user, with the secret or private key of a [[key]], and print it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Without --subscribe and --publish the token permits what the hub's grants permit to this user.",
            "",
            "  sluice token new --secret-file shop.secret --kid shop --sub alice",
            "  sluice token new --secret-file shop.key --kid shop --sub alice --role editor --expires 10m",
            "  sluice token new --secret-file shop.secret --kid shop --sub job --publish 'news/**'",
        })
final class TokenNew implements Callable<Integer> {
    private final CommandContext context;
    private final Output out;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            required = true,
            description = "The secret, or the private key in PEM format, for the key's 'algorithm'.")
    private Path file = Path.of("");

    @Option(
            names = "--kid",
            paramLabel = "KID",
            required = true,
            description = "The name of the key in the hub's configuration.")
    private String kid = "";

    @Option(names = "--sub", paramLabel = "NAME", required = true, description = "The user's name.")
    private String sub = "";

    @Option(names = "--role", paramLabel = "ROLE", description = "A role of the user. Repeatable.")
    private List<String> roles = List.of();

    @Option(
            names = "--subscribe",
            paramLabel = "PATTERN",
            description = "Channels that the token permits to read, such as 'chat/**'. Repeatable.")
    private List<String> subscribe = List.of();

    @Option(
            names = "--publish",
            paramLabel = "PATTERN",
            description = "Channels to which the token permits to publish. Repeatable.")
    private List<String> publish = List.of();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "For how long it is valid; default: 1h.")
    private Duration expires = Duration.ofHours(1);

    @Option(
            names = "--issuer",
            paramLabel = "ISS",
            description = "Who issues it, if the key in the configuration has 'issuer'.")
    private @Nullable String issuer;

    @Option(
            names = "--audience",
            paramLabel = "AUD",
            description = "For whom it is, if the key in the configuration has 'audience'.")
    private @Nullable String audience;

    TokenNew(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() {
        var claims = HubAccess.typed(this::claims);
        out.line(signer().sign(kid, claims));
        return 0;
    }

    private Map<String, Object> claims() {
        checkName("--sub", sub);
        roles.forEach(role -> checkName("--role", role));
        long now = ServerClock.system().wall().instant().getEpochSecond();
        var claims = new LinkedHashMap<String, Object>();
        if (issuer != null) claims.put("iss", issuer);
        if (audience != null) claims.put("aud", audience);
        claims.put("sub", sub);
        claims.put("iat", now);
        claims.put("exp", now + expires.toSeconds());
        claims.put("jti", UUID.randomUUID().toString()); // Allows the revocation of this token alone.
        if (!roles.isEmpty()) claims.put("roles", roles);
        var permitted = new LinkedHashMap<String, Object>();
        if (!subscribe.isEmpty()) permitted.put("subscribe", patterns(subscribe));
        if (!publish.isEmpty()) permitted.put("publish", patterns(publish));
        if (!permitted.isEmpty()) claims.put("sluice", permitted);
        return claims;
    }

    private static void checkName(String option, String name) {
        try {
            EventKey.check(name);
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException(
                    option + " takes a name of 1 to 255 bytes without control characters.", reason);
        }
    }

    private static List<String> patterns(List<String> texts) {
        return texts.stream().map(Pattern::of).map(Pattern::value).toList();
    }

    private TokenSigner signer() {
        try {
            return TokenSigner.of(KeyFiles.content(context.folder().resolve(file)));
        } catch (IllegalArgumentException reason) {
            throw new CommandException(
                    Exit.NO_INPUT, "The file '" + file + "' " + CommandException.messageOf(reason), reason);
        }
    }
}
