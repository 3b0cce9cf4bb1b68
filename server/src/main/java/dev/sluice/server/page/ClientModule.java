package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import java.util.Set;

/// `GET /client.js`: the client for browsers and Node as one module, bundled from `client-js` (`node bundle.mjs`).
/// Pages of
/// other origins that may use the hub may load it from here.
public final class ClientModule implements Route {
    private final Asset module =
            Asset.of("text/javascript; charset=utf-8", Pages.bytes("/dev/sluice/server/client/client.js"));

    @Override
    public void handle(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        exchange.answer(module.answer(exchange.request()).with("Cross-Origin-Resource-Policy", "cross-origin"));
    }
}
