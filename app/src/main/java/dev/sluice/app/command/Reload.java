package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.OperatorRequest;
import dev.sluice.app.cli.Output;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `sluice reload`: makes a hub read its configuration again.
@Command(
        description = "Make a hub read its configuration file, and the files that it names, again.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "A hub does so by itself when a file changes, and on SIGHUP. Streams go on as far as keys and grants",
            "still permit them. If there is a mistake in a file, nothing changes. A hub with keys needs a key or",
            "token that may 'admin', in the environment variable SLUICE_TOKEN; --url is the admin listener, if",
            "there is one. A hub without keys is reloaded there only.",
            "",
            "  sluice reload",
            "  sluice reload --confirm",
        })
final class Reload implements Callable<Integer> {
    private static final int BAD_CONFIGURATION = 422;

    /// Counting what a rule would delete reads the log.
    private static final Duration ANSWER_TIME = Duration.ofMinutes(2);

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Option(names = "--confirm", description = "Apply changed retention rules although they delete what is kept.")
    private boolean isConfirmed;

    @Mixin
    private final HubAccess hub;

    Reload(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
        hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        var target = "reload" + (isConfirmed ? "?confirm=true" : "");
        var request = new OperatorRequest(target, null, ANSWER_TIME, "Interrupted; the hub reloads nevertheless.");
        var answer = request.send(hub, context);
        if (answer.statusCode() == BAD_CONFIGURATION) {
            throw new CommandException(
                    Exit.CONFIG, read(answer.body()).path("detail").asString());
        }
        return print(read(OperatorRequest.accepted(answer)));
    }

    private static JsonNode read(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (JacksonException broken) {
            throw new CommandException(
                    Exit.UNAVAILABLE, "The answer is not that of a hub: " + broken.getMessage(), broken);
        }
    }

    private int print(JsonNode report) {
        out.line("reloaded, ended: " + report.path("ended").asInt());
        for (var key : report.path("needsRestart")) out.line("needs a restart: " + Messages.printable(key.asString()));
        var losses = report.path("needsConfirmation");
        for (var loss : losses) {
            messages.line(String.format(
                    Locale.ROOT,
                    "Not applied: the rule for '%s' would delete %s%,d events (%,d bytes) of %,d channels.",
                    Messages.printable(loss.path("match").asString()),
                    loss.path("atLeast").asBoolean() ? "at least " : "",
                    loss.path("events").asLong(),
                    loss.path("bytes").asLong(),
                    loss.path("channels").asLong()));
        }
        if (losses.isEmpty()) return 0;
        messages.line("No retention rule was changed. Apply all of them with 'sluice reload --confirm'.");
        return Exit.REFUSED;
    }
}
