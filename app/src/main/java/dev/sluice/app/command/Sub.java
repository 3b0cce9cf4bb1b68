package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.Printer;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Subscription;
import dev.sluice.client.Transport;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// `sluice sub`: prints events as they arrive.
@Command(
        description = "Subscribe to channels and print the data of each event as it arrives, one line each.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Resumes after a lost connection. Ends when all channels have ended. A hub with keys needs a",
            "key or token in the environment variable SLUICE_TOKEN.",
            "",
            "  sluice sub news",
            "  sluice sub 'logs/**' --since 10m --json",
            "  sluice sub chat/7 --as ws --last 20",
        })
final class Sub implements Callable<Integer> {
    /// The names of the transports on the command line.
    enum As {
        SSE(Transport.SSE),
        WS(Transport.WEBSOCKET),
        NDJSON(Transport.NDJSON),
        TEXT(Transport.TEXT),
        LONGPOLL(Transport.LONG_POLL),
        POLL(Transport.POLL);

        private final Transport transport;

        As(Transport transport) {
            this.transport = transport;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Replaces picocli's converter, which would list each name twice, in upper case as well.
    static final class AsOption implements ITypeConverter<As> {
        @Override
        public As convert(String text) {
            for (var as : As.values()) if (as.toString().equals(text)) return as;
            throw new TypeConversionException("it takes sse, ws, ndjson, text, longpoll or poll, not '" + text + "'");
        }
    }

    /// The start of a subscription: at most one of these; default: new events only.
    static final class Start {
        @Option(
                names = "--after",
                paramLabel = "CURSOR",
                description = "Begin after this id or cursor; or earliest, or latest.")
        private @Nullable String after;

        @Option(
                names = "--since",
                paramLabel = "WHEN",
                description = "Begin with events no older than this: 10m, or 2026-11-20T08:00:00Z.")
        private @Nullable String since;

        @Option(names = "--last", paramLabel = "N", description = "Begin with the N newest events.")
        private @Nullable Integer last;

        @Option(names = "--snapshot", description = "Begin with the newest event of each key.")
        private boolean isSnapshot;

        SubscribeRequest apply(SubscribeRequest request) {
            if (after != null) {
                return switch (after) {
                    case "earliest" -> request.fromEarliest();
                    case "latest" -> request.fromLatest();
                    default -> request.after(after);
                };
            }
            if (since != null) return since(request, since);
            if (last != null) return request.last(last);
            return isSnapshot ? request.snapshot() : request;
        }

        private static SubscribeRequest since(SubscribeRequest request, String since) {
            if (!since.contains("T")) return request.since(TimeOption.read("--since", since));
            try {
                return request.since(Instant.parse(since));
            } catch (DateTimeException reason) {
                throw new IllegalArgumentException(
                        "--since takes a time such as 2026-11-20T08:00:00Z, not '" + since + "'.", reason);
            }
        }
    }

    private final CommandContext context;
    private final Output out;
    private final Messages messages;
    private final AtomicBoolean isReaderGone = new AtomicBoolean();

    @Parameters(
            paramLabel = "CHANNEL",
            arity = "1..64",
            description = "A channel, or a pattern: * is one segment, a final ** one or more.")
    private List<String> channels = List.of();

    @Option(
            names = "--as",
            paramLabel = "HOW",
            converter = AsOption.class,
            description = "The transport: ${COMPLETION-CANDIDATES}; default: sse.")
    private As as = As.SSE;

    @ArgGroup
    private @Nullable Start start;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only events of these types, separated by commas.")
    private List<String> types = List.of();

    @Option(names = "--json", description = "Print whole events as JSON, and also gaps and channel ends.")
    private boolean isJson;

    @Mixin
    private final HubAccess hub;

    Sub(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
        hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        if (isJson && as == As.TEXT) {
            throw new CommandException(Exit.USAGE, "--as text carries only the data: --json needs another transport.");
        }
        var request = HubAccess.typed(this::request);
        var printer = new Printer(out, messages, isJson);
        var statusReporter = new StatusReporter(hub, messages, context.isTyping());
        return hub.run(client -> client, client -> {
            try (var subscription = client.subscribe(request, statusReporter::report)) {
                context.readerGone().accept(() -> leave(subscription));
                for (var message : subscription) printer.print(message);
                return isReaderGone.get() ? Exit.BROKEN_PIPE : 0;
            }
        });
    }

    /// Runs on another thread, while this one waits for events.
    private void leave(Subscription subscription) {
        isReaderGone.set(true);
        subscription.close();
    }

    private SubscribeRequest request() {
        var request = SubscribeRequest.to(channels).over(as.transport);
        if (!types.isEmpty()) request = request.types(types.toArray(String[]::new));
        return start == null ? request : start.apply(request);
    }
}
