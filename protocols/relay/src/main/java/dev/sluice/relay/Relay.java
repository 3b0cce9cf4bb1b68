package dev.sluice.relay;

import dev.sluice.Sluice;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// Relays requests of AI providers' SDKs, and keeps the streamed answers in channels `answers/ID`, whose
/// names are in the responses (`Sluice-Channel`). An SDK uses it as its base URL:
/// `https://hub.example/relay/openai/v1`,
/// `https://hub.example/relay/anthropic`, with a key of the hub in place of the provider's.
///
/// An answer is written to its end whether its client reads it or not; whoever ends its channel stops it, and the
/// call of the model with it. Of a request, nothing but the model's name is stored or logged.
public final class Relay {
    /// How long a provider may be silent, by default.
    static final Duration SILENT_MAX = Duration.ofMinutes(10);

    private static final long MEMORY_MAX = 64 << 20;

    private Relay() {}

    /// Adds the relay to a hub that has not been started.
    ///
    /// @param path       the path below which the providers are, without a slash at its end (`/relay`)
    /// @param answersMax the maximum number of answers that are being written at a time, 1 to 100,000; further
    ///     requests get 503, and those of one caller that has a tenth of them, 429. Requests, large
    ///     events, and answers that are not streamed take 64 MiB of memory together, or what
    ///     [Sluice#reserveHeap] has; more get 503, or fail
    public static void on(Sluice hub, String path, List<Provider> providers, int answersMax) {
        LongSupplier memory = hub.reserveHeap();
        on(
                hub,
                path,
                providers,
                new ModelCalls(answersMax, () -> Math.min(MEMORY_MAX, memory.getAsLong()), SILENT_MAX));
    }

    static void on(Sluice hub, String path, List<Provider> providers, ModelCalls calls) {
        hub.onClose(calls::close); // Before the clients, whose end breaks the answers off.
        for (Provider each : providers) {
            var client = HttpClient.newBuilder()
                    // A server without TLS is asked for HTTP/2 by an upgrade, which some refuse.
                    .version(
                            "https".equals(each.url().getScheme())
                                    ? HttpClient.Version.HTTP_2
                                    : HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
            var routes = new ProviderRoutes(hub, each, client, calls);
            hub.forCallers(scope -> routes.register(scope, path + "/" + each.name()));
            hub.onClose(client::shutdownNow);
        }
    }
}
