package dev.sluice.app.cli;

import dev.sluice.client.BufferFullException;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.PositionLostException;
import dev.sluice.client.ProtocolException;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.UnreachableException;
import dev.sluice.client.http.Authorities;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options `--url` and `--cacert`, and a client of that hub.
public final class HubAccess {
    public static final String DEFAULT_URL = "http://127.0.0.1:8420";

    /// For a hub behind TLS, where 'sluice serve' would not help.
    private static final String TLS_ADVICE =
            " If an authority of your own issued its certificate, name that with --cacert FILE";

    /// A task that uses a client.
    public interface Work<T> {
        T with(SluiceClient client) throws InterruptedException;
    }

    private final CommandContext context;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The hub; default: SLUICE_URL, then " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "For https: trust the certificate authorities in this file (PEM), and no others.")
    private @Nullable Path authorities;

    /// The addresses of other nodes of the hub's cluster.
    private List<String> further = List.of();

    /// The option with the address.
    private String option = "--url";

    public HubAccess(CommandContext context) {
        this.context = context;
    }

    /// The address of the hub, with a slash at its end.
    public URI uri() {
        addressed(); // Refuses what is no address of a hub.
        return URI.create(address().endsWith("/") ? address() : address() + "/");
    }

    private String address() {
        return address(url, context);
    }

    /// @param typed the address on the command line, if any
    public static String address(@Nullable String typed, CommandContext context) {
        if (typed != null) return typed;
        var set = context.environment().getOrDefault("SLUICE_URL", "");
        return set.isBlank() ? DEFAULT_URL : set;
    }

    /// Runs the task with the key or token in `SLUICE_TOKEN`, if any. Turns its exceptions into failures with a
    /// message.
    public <T> T run(UnaryOperator<ClientBuilder> settings, Work<T> work) {
        try (var client = settings.apply(new HubKey(context).apply(builder())).build()) {
            return work.with(client);
        } catch (SluiceException reason) {
            throw failure(reason);
        } catch (InterruptedException | CancellationException reason) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    /// Builds an object from arguments; a rejection by the client is a usage error.
    public static <T> T typed(Supplier<T> building) {
        try {
            return building.get();
        } catch (IllegalArgumentException reason) {
            throw new CommandException(Exit.USAGE, CommandException.messageOf(reason), reason);
        }
    }

    /// Uses the addresses of another option instead of that of `--url`.
    ///
    /// @param addresses the address of the hub, or those of the nodes of its cluster, separated by commas
    public void at(String name, String addresses) {
        option = name;
        List<String> all = List.of(addresses.split(",", -1));
        url = all.getFirst();
        further = all.subList(1, all.size());
    }

    /// Uses the authorities of another option instead of those of `--cacert`.
    public void trust(@Nullable Path file) {
        authorities = file;
    }

    public ClientBuilder builder() {
        var builder = addressed();
        var file = authorities;
        return file == null
                ? builder
                : typed(() -> builder.authorities(context.folder().resolve(file)));
    }

    private ClientBuilder addressed() {
        try {
            return SluiceClient.builder(URI.create(address()))
                    .nodes(further.stream().map(URI::create).toList());
        } catch (IllegalArgumentException reason) {
            throw new CommandException(
                    Exit.USAGE,
                    (url != null ? option + ": " : "SLUICE_URL: ") + CommandException.messageOf(reason),
                    reason);
        }
    }

    /// An HTTP client with the authorities of `--cacert`, for requests that [SluiceClient] does not make.
    public HttpClient.Builder http() {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        var file = authorities;
        return file == null
                ? builder
                : builder.sslContext(typed(() -> Authorities.of(context.folder().resolve(file))));
    }

    public CommandException failure(SluiceException reason) {
        return switch (reason) {
            // A WebSocket handshake answered without an error status: some other web server.
            case RefusedException refused
            when refused.problem().status() < 400 ->
                new CommandException(
                        Exit.UNAVAILABLE, "The server at " + address() + " is not a hub: " + refused.problem(), reason);
            case RefusedException refused ->
                new CommandException(Exit.REFUSED, "The hub refused: " + refused.problem(), reason);
            case UnreachableException unreachable ->
                unreachable(causeMessage(unreachable), unreachable.mayHaveArrived(), reason);
            case ProtocolException protocol ->
                new CommandException(Exit.UNAVAILABLE, CommandException.messageOf(reason), reason);
            case PositionLostException lost ->
                new CommandException(Exit.UNAVAILABLE, CommandException.messageOf(reason), reason);
            case BufferFullException full ->
                new CommandException(Exit.DATA, CommandException.messageOf(reason), reason);
        };
    }

    private static String causeMessage(UnreachableException reason) {
        var cause = reason.getCause();
        return CommandException.messageOf(cause == null ? reason : cause);
    }

    /// @param reason the reason why the hub can't be reached
    public CommandException unreachable(String reason, boolean mayHaveArrived, @Nullable Throwable cause) {
        return new CommandException(
                Exit.UNAVAILABLE,
                "No hub answers at " + address() + " (" + reason.replace(" to " + address(), "") + ")."
                        + (mayHaveArrived ? " The request may have arrived nevertheless." : "")
                        + (address().startsWith("https:") ? TLS_ADVICE : " Start one with 'sluice serve'")
                        + ", or name another with --url.",
                cause);
    }
}
