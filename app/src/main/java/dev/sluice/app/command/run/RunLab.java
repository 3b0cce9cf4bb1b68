package dev.sluice.app.command.run;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.StatusLine;
import dev.sluice.lab.LabRun;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.lab.report.LabHtml;
import dev.sluice.lab.report.LabJson;
import dev.sluice.lab.report.LabReport;
import dev.sluice.lab.report.LabTable;
import dev.sluice.server.stats.ServerClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// `sluice lab`: measures the transports from a server to its clients, one after the other.
@Command(
        description =
                "Compare polling, long polling, Server-Sent Events, streamed fetch and WebSocket, measured on this machine.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "It starts a hub of its own, and measures one lane after the other with the same events.",
            "Bytes are counted at the clients' sockets. docs/transports.md says what the figures mean.",
            "Exits with 2 if a lane lost or repeated events while no line was cut.",
            "",
            "  sluice lab",
            "  sluice lab --rate 1 --clients 500 --duration 30s --json",
            "  sluice lab --lanes polling,sse --interval 10s",
        })
public final class RunLab implements Callable<Integer> {
    private static final Duration WARMING = Duration.ofSeconds(2);
    private static final String LANES =
            Arrays.stream(Technique.values()).map(Technique::label).collect(Collectors.joining(", "));

    static final class LaneOption implements ITypeConverter<Technique> {
        @Override
        public Technique convert(String text) {
            return Technique.labelled(text)
                    .orElseThrow(() -> new TypeConversionException("the lanes are " + LANES + ", not '" + text + "'"));
        }
    }

    static final class DirectionOption implements ITypeConverter<Direction> {
        @Override
        public Direction convert(String text) {
            return Direction.labelled(text)
                    .orElseThrow(() -> new TypeConversionException("it takes down, up or both, not '" + text + "'"));
        }
    }

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Option(
            names = "--lanes",
            paramLabel = "NAMES",
            split = ",",
            converter = LaneOption.class,
            description =
                    "What to measure, in this order: polling, long-polling, sse, sse-http2, fetch-lines, fetch-text,"
                            + " websocket; default: all.")
    private List<Technique> lanes = LabPlan.DEFAULT.lanes();

    @Option(
            names = "--direction",
            paramLabel = "WAY",
            converter = DirectionOption.class,
            description = "down: the server publishes; up: clients do; both. Default: down.")
    private Direction direction = LabPlan.DEFAULT.direction();

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events per second, of all channels together; default: 50.")
    private double rate = LabPlan.DEFAULT.rate();

    @Option(names = "--size", paramLabel = "BYTES", description = "Size of an event's data; default: 100.")
    private int size = LabPlan.DEFAULT.size();

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "Channels, with the clients spread over them; default: 1.")
    private int channels = LabPlan.DEFAULT.channels();

    @Option(names = "--clients", paramLabel = "N", description = "Clients of each lane; default: 10.")
    private int clients = LabPlan.DEFAULT.clients();

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = Bench.SpanOption.class,
            description = "How often a polling client asks; default: 1s.")
    private Duration interval = LabPlan.DEFAULT.interval();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Bench.SpanOption.class,
            description = "How long each lane is measured; default: 5s.")
    private Duration duration = LabPlan.DEFAULT.duration();

    @Option(
            names = "--no-cut",
            description = "Leave out the part after the measurement that cuts each line for two seconds.")
    private boolean isWithoutCut;

    @Option(names = "--bare", description = "Requests without the headers of a browser, as programs send them.")
    private boolean isBare;

    @Option(names = "--json", description = "Print the result as JSON, and no progress.")
    private boolean isJson;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the result to this file, too, with plots.")
    private @Nullable Path html;

    public RunLab(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() {
        var report = run(HubAccess.typed(this::plan));
        if (html != null) write(context.folder().resolve(html), LabHtml.of(report));
        if (isJson) out.line(LabJson.of(report));
        else out.text(LabTable.of(report));
        return report.isFaultless() ? 0 : Exit.FAULTY;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new CommandException(
                    Exit.IO, "The file '" + file + "' can't be written: " + CommandException.messageOf(failed), failed);
        }
    }

    private LabPlan plan() {
        try {
            return new LabPlan(
                    lanes,
                    direction,
                    rate,
                    size,
                    channels,
                    clients,
                    interval,
                    LabPlan.DEFAULT.warmup(),
                    duration,
                    isWithoutCut ? Duration.ZERO : LabPlan.DEFAULT.cut(),
                    isBare);
        } catch (IllegalArgumentException outOfBounds) {
            throw new IllegalArgumentException("--" + outOfBounds.getMessage(), outOfBounds);
        }
    }

    private LabReport run(LabPlan plan) {
        try (var certificate = LabCertificate.make(ServerClock.system().wall().instant());
                var line = new StatusLine(messages, context.isTyping())) {
            return new LabRun(
                            plan,
                            certificate.tls(),
                            WARMING,
                            isJson ? _ -> {} : step -> line.show(text(step)),
                            ServerClock.system().wall())
                    .run();
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.UNAVAILABLE, "The lab failed: " + CommandException.messageOf(reason) + ".", reason);
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private static String text(LabRun.Step step) {
        return step.lane() == null
                ? step.phase()
                : step.phase() + " " + step.lane().label();
    }
}
