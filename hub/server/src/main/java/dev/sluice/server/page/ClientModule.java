package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The client for browsers and Node as one minified module, at two paths: `/client.js`, which browsers revalidate
/// each time, and one with a hash of the contents in its name, which they may cache forever. The first names the
/// second in `Content-Location`, relative to it. Pages of all origins may load both.
public final class ClientModule {
    private static final String FOLDER = "/dev/sluice/server/client/";
    private static final int HASH_CHARS = 16; // Distinguishes builds; need not resist attacks.
    private static final String CACHED =
            "private, max-age=31536000, immutable"; // A year, the longest time that caches honour.

    /// Loaded when a browser's developer tools first request it, so that it does not slow down the start.
    private static final class SourceMap {
        static final Asset ASSET = Asset.of("application/json", Assets.bytes(FOLDER + "client.js.map"));
    }

    private final Asset module =
            Asset.zippedLater("text/javascript; charset=utf-8", Assets.bytes(FOLDER + "client.js"));
    private final String versioned =
            "client-" + module.plain().etag().substring(1, 1 + HASH_CHARS) + ".js"; // Without the quotation mark.

    public Router addTo(Router routes) {
        return routes.onUnfiltered(
                        Method.GET, "/client.js", file(() -> module, HeaderNames.CONTENT_LOCATION, versioned))
                .onUnfiltered(Method.GET, "/" + versioned, file(() -> module, HeaderNames.CACHE_CONTROL, CACHED))
                .onUnfiltered(Method.GET, "/client.js.map", new File(() -> SourceMap.ASSET, answer -> answer));
    }

    private static File file(Supplier<Asset> asset, CharSequence header, String value) {
        return new File(asset, answer -> answer.with(header, value));
    }

    private record File(Supplier<Asset> asset, UnaryOperator<ServerResponse> headers) implements Route {
        @Override
        public void handle(Exchange exchange) {
            exchange.request().parameters().allow(Set.of());
            ServerResponse answer = asset.get().answer(exchange.request());
            exchange.answer(headers.apply(answer.with("Cross-Origin-Resource-Policy", "cross-origin")));
        }

        @Override
        public boolean isCrossOrigin() {
            return true;
        }
    }
}
