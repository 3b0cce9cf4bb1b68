package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.client.LineUpload;
import dev.sluice.client.Publication;
import dev.sluice.client.PublishedMany;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice pub`: publishes one event from the command line or a file, or one per line of standard input.
@Command(
        description = "Publish to a channel: DATA, a file, or each line of standard input as it arrives.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Prints the id of the event; for lines, their number at the end. Lines that arrive while the",
            "hub restarts are kept and sent again without duplicates. A hub with keys needs a key or",
            "token in the environment variable SLUICE_TOKEN.",
            "",
            "  sluice pub news hello",
            "  sluice pub orders/7 '{\"total\":12}' --json --key orders/7",
            "  tail -F app.log | sluice pub logs/app --type log",
            "  sluice pub chat/7 '' --close           end the channel without an event",
        })
final class Pub implements Callable<Integer> {
    /// The size of the client's buffer; hubs accept less by default.
    private static final int DATA_BYTES_MAX = 16 << 20;

    /// Long enough for one attempt, which has its own timeout.
    private static final Duration ONCE = Duration.ofMillis(1);

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Parameters(index = "0", paramLabel = "CHANNEL", description = "The channel, such as news or chat/7.")
    private String channel = "";

    @Parameters(
            index = "1",
            paramLabel = "DATA",
            arity = "0..1",
            description = "The event's data; without it, lines are read.")
    private @Nullable String data;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Publish the content of this file as one event; - is standard input.")
    private @Nullable String file;

    @Option(names = "--type", paramLabel = "TYPE", description = "The event's type; default: message.")
    private @Nullable String type;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The event's key; the event supersedes older ones with this key.")
    private @Nullable String key;

    @Option(names = "--close", description = "End the channel after the event.")
    private boolean isClosing;

    @Option(names = "--json", description = "The data is JSON; of lines, each of them.")
    private boolean isJson;

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "The media type of DATA or FILE; default: text.")
    private @Nullable String contentType;

    @Option(
            names = "--retry-for",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description =
                    "How long to retry while the hub can't be reached, such as 30s. Default: 4m for lines, else no"
                            + " retry.")
    private @Nullable Duration retryFor;

    @Mixin
    private final HubAccess hub;

    Pub(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
        this.hub = new HubAccess(context);
    }

    @Override
    public Integer call() {
        if (data != null && file != null) throw usage("DATA and --file both name the event: use one of them.");
        if (isJson && contentType != null)
            throw usage("--json and --content-type both set the media type: use one of them.");
        if (data == null && file == null) publishLines();
        else publishOne();
        return 0;
    }

    private void publishOne() {
        var publication = HubAccess.typed(this::publication);
        var published = hub.run(
                client -> client.retryFor(retryFor == null ? ONCE : retryFor), client -> client.publish(publication));
        out.line(published.id());
    }

    private Publication publication() {
        var bytes = data == null ? content() : data.getBytes(StandardCharsets.UTF_8);
        var publication = Publication.bytes(channel, bytes, isJson ? JSON : contentType == null ? TEXT : contentType);
        if (type != null) publication = publication.type(type);
        if (key != null) publication = publication.key(key);
        return isClosing ? publication.closing() : publication;
    }

    private byte[] content() {
        var name = String.valueOf(file);
        try (var stream = name.equals("-") ? context.in() : open(name)) {
            var bytes = stream.readNBytes(DATA_BYTES_MAX + 1);
            if (bytes.length <= DATA_BYTES_MAX) return bytes;
            throw new CommandException(
                    Exit.DATA,
                    "--file " + name + ": more than " + DATA_BYTES_MAX + " bytes are too large for an event.");
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.NO_INPUT,
                    "--file " + name + " can't be read: " + CommandException.messageOf(reason) + ".",
                    reason);
        }
    }

    private InputStream open(String name) throws IOException {
        var path = context.folder().resolve(name);
        if (!Files.exists(path)) throw new IOException("no such file");
        if (Files.isDirectory(path)) throw new IOException("it is a folder");
        return Files.newInputStream(path);
    }

    private void publishLines() {
        if (contentType != null)
            throw usage("--content-type is for DATA and --file; lines are text, with --json JSON.");
        var upload = HubAccess.typed(this::upload);
        if (context.isTyping()) messages.line("Each line is an event; Ctrl-D ends.");
        var published = hub.run(client -> retryFor == null ? client : client.retryFor(retryFor), client -> {
            checkHub(client);
            return publishLines(client, upload);
        });
        var last = published.last().map(id -> ", the last " + id).orElse("");
        out.line(published.count() + (published.count() == 1 ? " event" : " events") + last);
    }

    /// A wrong address fails now, instead of after minutes of retries.
    private void checkHub(SluiceClient client) throws InterruptedException {
        try {
            client.head(channel);
        } catch (RefusedException refused) {
            int status = refused.problem().status();
            if (status != 401 && status != 403) throw refused; // A caller that may not read may still publish.
        }
    }

    private PublishedMany publishLines(SluiceClient client, LineUpload upload) throws InterruptedException {
        try {
            return client.publishLines(upload, context.in());
        } catch (UncheckedIOException reason) {
            throw new CommandException(
                    Exit.IO,
                    "The standard input can't be read: " + CommandException.messageOf(reason.getCause()) + ".",
                    reason);
        } catch (IllegalArgumentException reason) {
            throw new CommandException(Exit.DATA, CommandException.messageOf(reason), reason);
        }
    }

    private LineUpload upload() {
        var upload = LineUpload.to(channel);
        if (isJson) upload = upload.json();
        if (type != null) upload = upload.type(type);
        if (key != null) upload = upload.key(key);
        return isClosing ? upload.closing() : upload;
    }

    private static CommandException usage(String message) {
        return new CommandException(Exit.USAGE, message);
    }
}
