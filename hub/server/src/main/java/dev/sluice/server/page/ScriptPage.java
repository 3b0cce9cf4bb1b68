package dev.sluice.server.page;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.RequestHead;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A page without data of the hub: its script requests the data, and explains a refusal.
public final class ScriptPage implements Route {
    private final Pages pages;
    private final String name;

    /// @param name the name of the page, of its entry in the navigation, and of the message with its title
    public ScriptPage(Pages pages, String name) {
        this.pages = pages;
        this.name = name;
    }

    /// Returns this page for operators only.
    public Route forOperators() {
        return exchange -> {
            exchange.requireAdmin();
            answer(exchange, exchange.grant());
        };
    }

    /// Returns a route that answers operators in a browser with this page, and programs with the data.
    public Route forOperators(Route data) {
        Route page = forOperators();
        return exchange -> (ErrorPage.isPerson(exchange.request()) ? page : data).handle(exchange);
    }

    @Override
    public void handle(Exchange exchange) {
        pages.navigation().visit(exchange, grant -> answer(exchange, grant));
    }

    private void answer(Exchange exchange, @Nullable Grant grant) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        String title = pages.message(name, Language.of(request));
        String html =
                pages.fill(pages.template(name, name), request, grant, title, Html.escape(title), Map.of("why", ""));
        exchange.answer(Pages.page(request, 200, html));
    }
}
