package dev.sluice.app.command;

import dev.sluice.app.config.Kind;
import dev.sluice.load.Load;
import dev.sluice.load.Plan;
import dev.sluice.load.Protocol;
import dev.sluice.load.RefusedByServer;
import dev.sluice.load.Report;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `sluice bench`: how much a server takes, how late events come, and whether they all do.
@Command(
        description = "Load a hub, or another server, with readers and events; measure it, and check what arrives.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Latency counts from the moment an event was to be sent, so a stall counts for all that it held up.",
            "Ends with 2 if events were lost, repeated, out of order or damaged.",
            "",
            "  sluice bench --connections 1000 --rate 100",
            "  sluice bench --connections 1000 --in-flight 32 --as ws-raw --json",
            "  sluice bench http://127.0.0.1:9000 --subscribe-path /sub/{channel} --publish-path /pub/{channel}",
        })
final class Bench implements Callable<Integer> {
    /// As each is typed.
    static final class AsOption implements ITypeConverter<Protocol> {
        @Override
        public Protocol convert(String text) {
            for (var protocol : Protocol.values()) if (protocol.label().equals(text)) return protocol;
            throw new TypeConversionException("it takes sse, ws, ws-raw, ndjson or text, not '" + text + "'");
        }
    }

    /// How events are published.
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

    /// Shorter ones than elsewhere: a look at a server need not take a second.
    static final class SpanOption implements ITypeConverter<Duration> {
        private static final Kind.Time KIND = new Kind.Time(Duration.ofMillis(10), Duration.ofMinutes(30));

        @Override
        public Duration convert(String text) {
            return KIND.parse(text)
                    .orElseThrow(
                            () -> new TypeConversionException("it takes " + KIND.takes() + ", not '" + text + "'"));
        }
    }

    private final Surroundings surroundings;
    private final Output out;
    private final Messages messages;

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "What to measure; else SLUICE_URL, else http://127.0.0.1:8420.")
    private @Nullable String url;

    @Option(
            names = "--as",
            paramLabel = "HOW",
            converter = AsOption.class,
            description = "How events are read: sse, ws, ws-raw, ndjson, text; sse unless told otherwise.")
    private Protocol as = Protocol.SSE;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Readers; 100 unless told otherwise, 0 to publish only.")
    private int connections = 100;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "Channels, with the readers shared out among them; 1.")
    private int channels = 1;

    @Option(
            names = "--subsets",
            description = "Each reader has another subset of the channels, at most 16, in one stream.")
    private boolean isSubsets;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Events a second, all publishers together; 100. 0: none, connections stay idle.")
    private double rate = 100;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            description = "Not at a rate: publish the next as soon as fewer than N are undelivered.")
    private int inFlight;

    @Option(names = "--size", paramLabel = "BYTES", description = "Data of an event; 100.")
    private int size = 100;

    @Option(names = "--publishers", paramLabel = "N", description = "Connections that publish; 1.")
    private int publishers = 1;

    @Option(names = "--pipeline", paramLabel = "N", description = "Requests a publisher may have unanswered; 64.")
    private int pipeline = 64;

    @Option(names = "--batch", paramLabel = "N", description = "Events a request, as JSON lines; 1.")
    private int batch = 1;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "Not measured, but checked; 1s.")
    private Duration warmup = Duration.ofSeconds(1);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "How long to measure; 10s.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--resume",
            description = "When lines are lost, come back: readers behind their last event, sse alone.")
    private boolean isResuming;

    @Option(
            names = "--cut",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "With --resume: cut each reader's line at random, that often on average.")
    private @Nullable Duration cut;

    @Option(
            names = "--come-back",
            paramLabel = "TIME",
            converter = SpanOption.class,
            description = "With --resume: stay away so long, up to twice that; 100ms.")
    private Duration comeBack = Duration.ofMillis(100);

    @Option(names = "--stalled", paramLabel = "N", description = "Further readers that never read.")
    private int stalled;

    @Option(
            names = "--loops",
            paramLabel = "N",
            description = "Threads that read; half of the cores unless told otherwise.")
    private int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @Option(
            names = "--subscribe-path",
            paramLabel = "PATH",
            description = "Where another server is read, with {channel} in it.")
    private @Nullable String subscribePath;

    @Option(names = "--publish-path", paramLabel = "PATH", description = "Where it takes events.")
    private @Nullable String publishPath;

    @Option(
            names = "--publish-as",
            paramLabel = "HOW",
            converter = PublishAsOption.class,
            description = "How: post, or ws for a message on a WebSocket; post.")
    private PublishAs publishAs = PublishAs.POST;

    @Option(
            names = "--hello",
            paramLabel = "TEXT",
            description = "What each reader says once its WebSocket is open, as 40 for Socket.IO.")
    private @Nullable String hello;

    @Option(names = "--json", description = "Print what was found as JSON, and nothing while it runs.")
    private boolean isJson;

    Bench(Surroundings surroundings, Output out, Messages messages) {
        this.surroundings = surroundings;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() {
        var address = HubAccess.address(url, surroundings);
        var plan = HubAccess.typed(() -> plan(address));
        var report = run(plan, address);
        if (isJson) out.line(BenchReport.json(report));
        else out.text(BenchReport.text(report));
        return report.isFaultless() ? 0 : Exit.FAULTY;
    }

    private Report run(Plan plan, String address) {
        try (var live = new LiveLine(messages, surroundings.isTyping())) {
            return new Load(plan, isJson ? _ -> {} : live::show).run();
        } catch (RefusedByServer reason) {
            throw new Failure(Exit.REFUSED, "The server refused: " + Failure.said(reason) + ".", reason);
        } catch (IOException reason) {
            throw new Failure(
                    Exit.UNAVAILABLE, "Nothing to measure at " + address + " (" + Failure.said(reason) + ").", reason);
        } catch (InterruptedException reason) {
            throw new Failure(Exit.INTERRUPTED, "Interrupted.", reason);
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
                comeBack,
                hello);
    }
}
