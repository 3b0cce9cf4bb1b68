package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LinksTest {
    @Test
    void linksAProgramsPageInEachLanguageWithEnglishAsFallback() throws Exception {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .link("/prices", Map.of("en", "Prices", "zh", "价格", "fr", "Prix"))
                        .link("/about", Map.of("en", "About us"));
                var http = HttpClient.newHttpClient()) {
            URI hub = app.start().uri().resolve("/");
            var page = http.send(HttpRequest.newBuilder(hub).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(page.body())
                    .contains("<a href=\"./prices\"><span lang=\"en\">Prices</span><span lang=\"zh\">价格</span></a>")
                    .contains(
                            "<a href=\"./about\"><span lang=\"en\">About us</span><span lang=\"zh\">About us</span></a>");
        }
    }

    @Test
    void refusesALinkWithoutAnEnglishText() {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.link("/prices", Map.of("zh", "价格")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'en'");
        }
    }
}
