package dev.sluice.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.lab.Lab;
import dev.sluice.server.Browser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/// A hub below `/push/` of another site, of which it knows nothing: the proxy removes that part of the path.
@Order(1)
@Timeout(120)
final class BasePathTest {
    /// Links, and imports of scripts.
    private static final Pattern LINK =
            Pattern.compile("(?:href|src)=\"([^\"{}]+)\"|^import .* from '([^']+)';", Pattern.MULTILINE);

    @TempDir
    Path folder;

    private static Sluice hub() {
        Sluice hub = Sluice.inMemory().port(0).behindProxy();
        Gallery.on(hub);
        Lab.on(hub, Optional::empty, InstantSource.system());
        hub.start().channel("shop/orders 水/7").publish("first");
        return hub;
    }

    private static HttpResponse<String> get(HttpClient http, URI uri) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("Accept", "text/html, */*;q=0.9")
                        .build(),
                BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(ProxyProgram.class)
    void allLinksAndRedirectsLeadToAnswersBelowThePath(ProxyProgram program) throws Exception {
        try (var http = Certificate.in(folder).client();
                var hub = hub();
                var proxy = new DocumentedProxy(program, hub.uri(), folder)) {
            assertThat(linked(http, proxy.uri("/push/")).stream().map(URI::getPath))
                    .allMatch(path -> path.startsWith("/push/"))
                    .contains(
                            "/push/channels/shop/orders 水/7",
                            "/push/page/hub.js",
                            "/push/client.js",
                            "/push/demos/client/chat.html",
                            "/push/demos/typewriter/");
            for (String path : List.of("/push", "/push/demos", "/push/demos/chat")) {
                var answer = get(http, proxy.uri(path));
                assertThat(answer.statusCode()).as(path).isIn(301, 308);
                String location = answer.headers().firstValue("Location").orElseThrow();
                assertThat(proxy.uri(path).resolve(location)).isEqualTo(proxy.uri(path + "/"));
            }
            var client = get(http, proxy.uri("/push/client.js"));
            String versioned = client.headers().firstValue("Content-Location").orElseThrow();
            assertThat(get(http, proxy.uri("/push/client.js").resolve(versioned))
                            .body())
                    .isEqualTo(client.body());
        }
    }

    /// Follows all links, and expects each to lead to an answer.
    private static Set<URI> linked(HttpClient http, URI start) throws Exception {
        Set<URI> found = new LinkedHashSet<>(List.of(start));
        var open = new ArrayDeque<>(found);
        while (!open.isEmpty()) {
            URI page = open.remove();
            var answer = get(http, page);
            assertThat(answer.statusCode()).as(page.toString()).isEqualTo(200);
            if (page.getPath().contains("/demos/source/")) continue; // Shown as text.
            for (var link : LINK.matcher(answer.body()).results().toList()) {
                String to = link.group(1) != null ? link.group(1) : link.group(2);
                if (to.startsWith("#") || to.startsWith("data:")) continue;
                URI uri = page.resolve(to);
                if (found.add(uri)) open.add(uri);
            }
        }
        return found;
    }

    @Test
    void pagesAndClientWorkInABrowser() throws Exception {
        Certificate.in(folder);
        try (var hub = hub();
                var proxy = new DocumentedProxy(ProxyProgram.NGINX, hub.uri(), folder);
                var browser = Browser.english()) {
            browser.open(proxy.uri("/push/")).awaitState("open");
            assertThat(browser.find("#rows a").getText()).isEqualTo("shop/orders 水/7");
            browser.find("#rows a").click();
            browser.await("document.querySelectorAll('[data-id]').length === 1").awaitState("open");
            assertThat(browser.run("return location.pathname")).isEqualTo("/push/channels/shop/orders%20%E6%B0%B4/7");

            browser.find("#publish-open").click();
            browser.await("document.querySelector('#publish [name=data]').checkVisibility()");
            int events = 1;
            for (String transport : List.of("websocket", "ndjson", "longpoll", "poll", "sse")) {
                browser.choose("transport", transport).awaitState("open");
                browser.find("#publish [name=data]").sendKeys("over " + transport, Keys.ENTER);
                browser.await("document.querySelectorAll('[data-id]').length === arguments[0]", ++events);
            }
            assertThat((String) browser.run("return document.getElementById('command-publish').textContent"))
                    .contains(proxy.uri("/push/channels/shop/orders%20").toString());
            browser.find(".brand").click();
            browser.awaitState("open");
            assertThat(browser.run("return location.pathname")).isEqualTo("/push/");

            browser.open(proxy.uri("/push/demos/client/ticker.html"))
                    .await("document.querySelectorAll('#rows li').length >= 2");
            assertThat(browser.run("return document.querySelector('a[data-lab]').href"))
                    .as("why this transport: the lab says")
                    .isEqualTo(proxy.uri("/push/lab/#advice-title").toString());
            browser.open(proxy.uri("/push/demos/typewriter/")).find("#write").click();
            browser.await("document.querySelector('#sse .paper').textContent.length > 20"
                    + " && document.querySelector('#fetch .paper').textContent.length > 20");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
