package dev.sluice.app.command;

import dev.sluice.client.BufferFullException;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.PlaceLostException;
import dev.sluice.client.ProtocolException;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.UnreachableException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--url`, and a client of the hub that it names.
final class HubAccess {
    private static final String STANDARD = "http://127.0.0.1:8420";

    /// Of a hub behind TLS: it is not started here.
    private static final String TLS_ADVICE =
            " If an authority of your own signed its certificate, name a trust store with"
                    + " SLUICE_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE";

    /// What is to be done with a client.
    interface Work<T> {
        T with(SluiceClient client) throws InterruptedException;
    }

    private final Surroundings surroundings;

    @Option(names = "--url", paramLabel = "URL", description = "The hub; else SLUICE_URL, else " + STANDARD + ".")
    private @Nullable String url;

    HubAccess(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private String address() {
        return address(url, surroundings);
    }

    /// @param typed what stands on the command line, if anything
    static String address(@Nullable String typed, Surroundings surroundings) {
        return typed != null ? typed : surroundings.environment().getOrDefault("SLUICE_URL", STANDARD);
    }

    /// Does the work, and says what went wrong in words for whoever typed the command.
    <T> T run(UnaryOperator<ClientBuilder> settings, Work<T> work) {
        try (var client = settings.apply(builder()).build()) {
            return work.with(client);
        } catch (SluiceException reason) {
            throw failure(reason);
        } catch (InterruptedException | CancellationException reason) {
            throw new Failure(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    /// What the client refuses to build was typed wrong.
    static <T> T typed(Supplier<T> building) {
        try {
            return building.get();
        } catch (IllegalArgumentException reason) {
            throw new Failure(Exit.USAGE, Failure.said(reason), reason);
        }
    }

    private ClientBuilder builder() {
        try {
            return SluiceClient.builder(URI.create(address()));
        } catch (IllegalArgumentException reason) {
            throw new Failure(Exit.USAGE, (url != null ? "--url: " : "SLUICE_URL: ") + Failure.said(reason), reason);
        }
    }

    private Failure failure(SluiceException reason) {
        return switch (reason) {
            // A WebSocket that is not opened, though nobody objects: that is a web server of another kind.
            case RefusedException refused
            when refused.problem().status() < 400 ->
                new Failure(
                        Exit.UNAVAILABLE, "What answers at " + address() + " is no hub: " + refused.problem(), reason);
            case RefusedException refused -> new Failure(Exit.REFUSED, "The hub refused: " + refused.problem(), reason);
            case UnreachableException unreachable ->
                unreachable(told(unreachable), unreachable.mayHaveArrived(), reason);
            case ProtocolException protocol -> new Failure(Exit.UNAVAILABLE, Failure.said(reason), reason);
            case PlaceLostException lost -> new Failure(Exit.UNAVAILABLE, Failure.said(reason), reason);
            case BufferFullException full -> new Failure(Exit.DATA, Failure.said(reason), reason);
        };
    }

    private static String told(UnreachableException reason) {
        var cause = reason.getCause();
        return Failure.said(cause == null ? reason : cause);
    }

    /// @param why what was met instead of a hub
    Failure unreachable(String why, boolean mayHaveArrived, @Nullable Throwable cause) {
        return new Failure(
                Exit.UNAVAILABLE,
                "No hub answers at " + address() + " (" + why.replace(" to " + address(), "") + ")."
                        + (mayHaveArrived ? " What was sent may have arrived all the same." : "")
                        + (address().startsWith("https:") ? TLS_ADVICE : " Start one with 'sluice serve'")
                        + ", or name another with --url.",
                cause);
    }
}
