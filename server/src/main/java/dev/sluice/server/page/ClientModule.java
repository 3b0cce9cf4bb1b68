package dev.sluice.server.page;

import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The client for browsers and Node as one minified module, at two addresses: `/client.js`, which browsers ask for
/// each time, and one with a hash of the contents in its name, which they may keep. The first names the second in
/// `Content-Location`. Pages of other origins that may use the hub may load both.
public final class ClientModule {
    private static final String FOLDER = "/dev/sluice/server/client/";
    private static final int HASH_CHARS = 16; // It has to differ from build to build, not to withstand an attack.
    private static final String KEPT = "private, max-age=31536000, immutable"; // A year, the most that caches keep.

    /// Read when a developer's tools ask for it: a start need not wait for it.
    private static final class SourceMap {
        static final Asset ASSET = Asset.of("application/json", Pages.bytes(FOLDER + "client.js.map"));
    }

    private final Asset module = Asset.of("text/javascript; charset=utf-8", Pages.bytes(FOLDER + "client.js"));
    private final String versioned =
            "/client-" + module.plain().etag().substring(1, 1 + HASH_CHARS) + ".js"; // Behind the quotation mark.

    public Routes addTo(Routes routes) {
        return routes.on(HttpMethod.GET, "/client.js", file(() -> module, HttpHeaderNames.CONTENT_LOCATION, versioned))
                .on(HttpMethod.GET, versioned, file(() -> module, HttpHeaderNames.CACHE_CONTROL, KEPT))
                .on(HttpMethod.GET, "/client.js.map", new File(() -> SourceMap.ASSET, answer -> answer));
    }

    private static File file(Supplier<Asset> asset, CharSequence header, String value) {
        return new File(asset, answer -> answer.with(header, value));
    }

    private record File(Supplier<Asset> asset, UnaryOperator<Answer> headers) implements Route {
        @Override
        public void handle(Exchange exchange) {
            exchange.request().parameters().allow(Set.of());
            Answer answer = asset.get().answer(exchange.request());
            exchange.answer(headers.apply(answer.with("Cross-Origin-Resource-Policy", "cross-origin")));
        }

        @Override
        public boolean isCrossOrigin() {
            return true;
        }
    }
}
