package dev.sluice.server.page;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.RequestHead;
import dev.sluice.server.http.Route;
import java.util.Map;
import java.util.Set;

/// A page that has nothing of the hub in it: its script asks for what it shows, and explains a refusal.
public final class ScriptPage implements Route {
    private final Pages pages;
    private final String name;

    /// @param name of the page, its entry of the navigation, and the message that is its title
    public ScriptPage(Pages pages, String name) {
        this.pages = pages;
        this.name = name;
    }

    /// This page for people who open the path in a browser, and the data for all others.
    public Route or(Route data) {
        return exchange -> {
            if (ErrorPage.isPerson(exchange.request())) handle(exchange);
            else data.handle(exchange);
        };
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        String title = pages.message(name, Language.of(request));
        String html = pages.fill(pages.template(name, name), request, title, Html.escape(title), Map.of());
        exchange.answer(Pages.page(request, 200, html));
    }
}
