package dev.sluice.app.command;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `sluice revoke`: ends tokens before they expire.
@Command(
        description = "End tokens before they expire, and the streams that run with them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "The hub needs a key or token that may 'admin', in the environment variable SLUICE_TOKEN.",
            "By --sub and --kid, tokens end that were issued until now. A static key is removed from sluice.toml.",
            "",
            "  sluice revoke --sub alice --reason 'left the company'",
            "  sluice revoke --kid shop-2026 --url https://push.example",
        })
final class Revoke implements Callable<Integer> {
    private static final String TOKEN = "SLUICE_TOKEN";
    private static final Duration TIME_MAX = Duration.ofMinutes(1);

    /// The tokens to revoke, named in one of three ways.
    static final class Target {
        @Option(names = "--sub", paramLabel = "NAME", description = "All tokens of this user, issued until now.")
        private @Nullable String sub;

        @Option(names = "--jti", paramLabel = "ID", description = "The token with this id.")
        private @Nullable String jti;

        @Option(names = "--kid", paramLabel = "KEY", description = "All tokens that this key signed until now.")
        private @Nullable String kid;
    }

    private final CommandContext context;
    private final Output out;

    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for the hub's audit log; clients never see it.")
    private @Nullable String reason;

    @Mixin
    private final HubAccess hub;

    Revoke(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
        hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        var answer = send(request());
        if (answer.statusCode() / 100 != 2) {
            throw new Failure(
                    Exit.REFUSED,
                    "The hub refused: " + Messages.printable(answer.body().strip()));
        }
        out.line(answer.body().strip());
        return 0;
    }

    private HttpRequest request() {
        var token = context.environment().get(TOKEN);
        if (token == null || token.isBlank()) {
            throw new Failure(Exit.USAGE, TOKEN + " is not set: put a key or token there that may 'admin'.");
        }
        return HubAccess.typed(() -> HttpRequest.newBuilder(hub.uri().resolve("revocations"))
                .timeout(TIME_MAX)
                .header("Authorization", "Bearer " + token.strip())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(members())))
                .build());
    }

    private Map<String, String> members() {
        var members = new TreeMap<String, String>();
        if (target.sub != null) members.put("sub", target.sub);
        if (target.jti != null) members.put("jti", target.jti);
        if (target.kid != null) members.put("kid", target.kid);
        if (reason != null) members.put("reason", reason);
        return members;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try (var client = hub.http().connectTimeout(TIME_MAX).build()) {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException reason) {
            throw hub.unreachable(Failure.messageOf(reason), true, reason);
        } catch (InterruptedException reason) {
            throw new Failure(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }
}
