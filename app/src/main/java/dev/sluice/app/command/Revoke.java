package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.OperatorRequest;
import dev.sluice.app.cli.Output;
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
        OperatorRequest.requireToken(context);
        var json = JsonMapper.shared().writeValueAsString(members());
        var request = new OperatorRequest("revocations", json, TIME_MAX, "Interrupted.");
        out.line(OperatorRequest.accepted(request.send(hub, context)));
        return 0;
    }

    private Map<String, String> members() {
        var members = new TreeMap<String, String>();
        if (target.sub != null) members.put("sub", target.sub);
        if (target.jti != null) members.put("jti", target.jti);
        if (target.kid != null) members.put("kid", target.kid);
        if (reason != null) members.put("reason", reason);
        return members;
    }
}
