package dev.sluice.app.command.run;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ProgressLine;
import dev.sluice.config.setting.SettingType;
import dev.sluice.load.Load;
import dev.sluice.load.Plan;
import dev.sluice.load.Protocol;
import dev.sluice.load.Report;
import dev.sluice.load.http.RejectedByServerException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `sluice bench`: measures the throughput and latency of a server, and checks that all events arrive.
@Command(
        description =
                "Load a hub, or another server, with readers and events; measure it, and check the events that arrive.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Latency counts from the scheduled send time, so a stall counts for every event that it delayed.",
            "Exits with 2 if events were lost, repeated, out of order or damaged.",
            "",
            "  sluice bench --connections 1000 --rate 100",
            "  sluice bench --connections 1000 --in-flight 32 --as ws-raw --json",
            "  sluice bench http://127.0.0.1:9000 --subscribe-path /sub/{channel} --publish-path /pub/{channel}",
        })
public final class Bench implements Callable<Integer> {
    /// Accepts the labels of the protocols.
    static final class AsOption implements ITypeConverter<Protocol> {
        @Override
        public Protocol convert(String text) {
            for (var protocol : Protocol.values()) if (protocol.label().equals(text)) return protocol;
            throw new TypeConversionException("it takes sse, ws, ws-raw, ndjson or text, not '" + text + "'");
        }
    }

    /// The way events are published.
    enum PublishAs {
        POST,
        WS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final class PublishAsOption implements ITypeConverter<PublishAs> {
        @Override
        public PublishAs convert(String text) {
            for (var as : PublishAs.values()) if (as.toString().equals(text)) return as;
            throw new TypeConversionException("it takes post or ws, not '" + text + "'");
        }
    }

    /// Allows shorter times than other commands, because a short check need not take a second.
    static final class SpanOption implements ITypeConverter<Duration> {
        private static final SettingType.Time KIND =
                new SettingType.Time(Duration.ofMillis(10), Duration.ofMinutes(30));

        @Override
        public Duration convert(String text) {
            return KIND.parse(text)
                    .orElseThrow(
                            () -> new TypeConversionException("it takes " + KIND.takes() + ", not '" + text + "'"));
        }
    }

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The server to measure; default: SLUICE_URL, then http://127.0.0.1:8420.")
    private @Nullable String url;

    @Option(
            names = "--as",
            paramLabel = "HOW",
            converter = AsOption.class,
            description = "How events are read: sse, ws, ws-raw, ndjson or text; default: sse.")
    private Protocol as = Protocol.SSE;

    @Option(names = "--connections", paramLabel = "N", description = "Readers; default: 100. 0: publish only.")
    private int connections = 100;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "Channels, with the readers spread over them; default: 1.")
    private int channels = 1;

    @Option(
            names = "--subsets",
            description = "Each reader subscribes to a different subset of the channels, at most 16, in one stream.")
    private boolean isSubsets;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events per second, all publishers together; default: 100. 0: none, connections stay idle.")
    private double rate = 100;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description = "Instead of --rate: publish the next event as soon as fewer than N are undelivered.")
    private int inFlight;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description = "Over HTTP/2, with N readers on each connection; for https. Default: HTTP/1.1.")
    private int streams;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "For https: trust the certificate authorities in this file (PEM), and no others.")
    private @Nullable Path authorities;

    @Option(names = "--size", paramLabel = "BYTES", description = "Size of an event's data; default: 100.")
    private int size = 100;

    @Option(names = "--publishers", paramLabel = "N", description = "Connections that publish; default: 1.")
    private int publishers = 1;

    @Option(names = "--pipeline", paramLabel = "N", description = "Unanswered requests per publisher; default: 64.")
    private int pipeline = 64;

    @Option(names = "--batch", paramLabel = "N", description = "Events per request, as JSON lines; default: 1.")
    private int batch = 1;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "Time before the measurement, checked but not measured; default: 1s.")
    private Duration warmup = Duration.ofSeconds(1);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "How long to measure; default: 10s.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--resume",
            description = "Reconnect lost connections; readers resume after their last event. Only with sse.")
    private boolean isResuming;

    @Option(
            names = "--cut",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "With --resume: cut each reader's connection at random, after this time on average.")
    private @Nullable Duration cut;

    @Option(
            names = "--come-back",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "With --resume: wait this long before reconnecting, up to twice as long; default: 100ms.")
    private Duration reconnectAfter = Duration.ofMillis(100);

    @Option(names = "--stalled", paramLabel = "N", description = "Further readers that never read.")
    private int stalled;

    @Option(names = "--loops", paramLabel = "N", description = "Threads that read; default: half of the cores.")
    private int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(
            names = "--subscribe-path",
            paramLabel = "PATH",
            description = "Path to subscribe to on another server, with {channel} in it.")
    private @Nullable String subscribePath;

    @Option(names = "--publish-path", paramLabel = "PATH", description = "Path to publish to on another server.")
    private @Nullable String publishPath;

    @Option(
            names = "--publish-as",
            paramLabel = "HOW",
            converter = PublishAsOption.class,
            description = "How to publish there: post, or ws for WebSocket messages; default: post.")
    private PublishAs publishAs = PublishAs.POST;

    @Option(
            names = "--hello",
            paramLabel = "TEXT",
            description = "Message that each reader sends once its WebSocket is open, such as 40 for Socket.IO.")
    private @Nullable String hello;

    @Option(names = "--json", description = "Print the result as JSON, and no progress.")
    private boolean isJson;

    public Bench(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() {
        var address = HubAccess.address(url, context);
        var plan = HubAccess.typed(() -> plan(address));
        var report = run(plan, address);
        if (isJson) out.line(BenchReport.json(report));
        else out.text(BenchReport.text(report));
        return report.isFaultless() ? 0 : Exit.FAULTY;
    }

    private Report run(Plan plan, String address) {
        try (var live = new ProgressLine(messages, context.isTyping())) {
            return new Load(plan, isJson ? _ -> {} : live::show).run();
        } catch (RejectedByServerException reason) {
            throw new CommandException(
                    Exit.REFUSED, "The server refused: " + CommandException.messageOf(reason) + ".", reason);
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.UNAVAILABLE,
                    "No server to measure at " + address + " (" + CommandException.messageOf(reason) + ").",
                    reason);
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    private Plan plan(String address) {
        return new Plan(
                URI.create(address),
                as,
                connections,
                stalled,
                channels,
                isSubsets,
                publishers,
                rate,
                inFlight,
                size,
                batch,
                pipeline,
                loops,
                warmup,
                duration,
                subscribePath,
                publishPath,
                publishAs == PublishAs.WS,
                isResuming,
                cut,
                reconnectAfter,
                streams,
                authorities == null ? null : context.folder().resolve(authorities),
                hello);
    }
}
