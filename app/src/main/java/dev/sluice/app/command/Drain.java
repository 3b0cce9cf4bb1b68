package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.OperatorRequest;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.TimeOption;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice drain`: ends the streams of a hub one after the other, then the hub.
@Command(
        description = "End the streams of a hub one after the other, then the hub itself, and wait until it has ended.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "/readyz is 503 from the beginning; no stream ends in the first sixth of the time, at most 10 s, so",
            "that load balancers notice. A hub with keys needs a key or token that may 'admin', in the",
            "environment variable SLUICE_TOKEN; one without keys is drained with --url of its admin_port, or by",
            "SIGTERM.",
            "",
            "  sluice drain --over 60s",
        })
final class Drain implements Callable<Integer> {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    /// The time for the last bytes of all streams, in addition to the requested time.
    private static final Duration STOP_TIME = Duration.ofMinutes(2);

    private static final Duration POLL_TIME = Duration.ofMillis(200);
    private static final String INTERRUPTED = "Interrupted; the hub continues to drain.";

    private final CommandContext context;
    private final Output out;

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = TimeOption.class,
            defaultValue = "30s",
            description = "How long it takes, from 1s to 1h; default: 30s.")
    private Duration over = Duration.ZERO;

    @Mixin
    private final HubAccess hub;

    Drain(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
        hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        if (over.compareTo(Duration.ofHours(1)) > 0)
            throw new CommandException(Exit.USAGE, "--over is an hour at most.");
        var request = new OperatorRequest("drain?over=" + over.toSeconds(), null, ANSWER_TIME, INTERRUPTED);
        out.line(OperatorRequest.accepted(request.send(hub, context)));
        try (var client = hub.http().connectTimeout(ANSWER_TIME).build()) {
            awaitEnd(client);
            return 0;
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, INTERRUPTED, reason);
        }
    }

    /// Waits until nothing answers at the hub's address.
    private void awaitEnd(HttpClient client) throws InterruptedException {
        var probe = HttpRequest.newBuilder(hub.uri().resolve("livez"))
                .timeout(ANSWER_TIME)
                .build();
        long deadlineNs = System.nanoTime() + over.plus(STOP_TIME).toNanos();
        while (answers(client, probe)) {
            if (System.nanoTime() > deadlineNs) {
                throw new CommandException(Exit.UNAVAILABLE, "The hub has not ended in time: see its log, or end it.");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_TIME.toMillis());
        }
    }

    private static boolean answers(HttpClient client, HttpRequest probe) throws InterruptedException {
        try {
            HttpResponse<Void> answer = client.send(probe, BodyHandlers.discarding());
            return answer.statusCode() < 500;
        } catch (IOException gone) {
            return false;
        }
    }
}
