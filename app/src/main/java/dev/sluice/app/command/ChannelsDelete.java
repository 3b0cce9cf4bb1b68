package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.OperatorRequest;
import dev.sluice.app.cli.Output;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice channels delete`: deletes the channels that match a pattern.
@Command(
        description = "Delete the channels that match a pattern, with all their events.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Without --expect nothing is deleted: the command prints how many channels match. A hub with",
            "keys needs a key or token that may 'list' and 'delete' these channels, in the environment",
            "variable SLUICE_TOKEN.",
            "",
            "  sluice channels delete 'rooms/mallory/**'",
            "  sluice channels delete 'rooms/mallory/**' --expect 37000",
        })
final class ChannelsDelete implements Callable<Integer> {
    /// The hub deletes thousands of channels a second.
    private static final Duration TIME_MAX = Duration.ofMinutes(30);

    private final CommandContext context;
    private final Output out;

    @Parameters(paramLabel = "PATTERN", description = "A pattern such as rooms/*, or a channel's name.")
    private String pattern = "";

    @Option(
            names = "--expect",
            paramLabel = "COUNT",
            description = "Delete them, if no more than COUNT channels match.")
    private @Nullable Integer expected;

    @Mixin
    private final HubAccess hub;

    ChannelsDelete(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
        hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        String target = "channels?match=" + URLEncoder.encode(pattern, StandardCharsets.UTF_8)
                + (expected == null ? "" : "&expect=" + expected);
        var request = new OperatorRequest(
                "DELETE", target, null, TIME_MAX, "Interrupted; some of the channels may be deleted.");
        JsonNode answer = JsonMapper.shared().readTree(OperatorRequest.accepted(request.send(hub, context)));
        long matched = answer.path("matched").asLong();
        if (expected != null) {
            out.line("Deleted " + answer.path("deleted").asLong() + " of " + matched + " channels.");
        } else {
            out.line(matched + " channels match. Nothing was deleted; to delete them, add --expect " + matched + ".");
        }
        return 0;
    }
}
