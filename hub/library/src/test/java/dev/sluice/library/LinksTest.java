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
                        .link("/about", "M3 12h4l3-7", Map.of("en", "About us"));
                var http = HttpClient.newHttpClient()) {
            URI hub = app.start().uri().resolve("/");
            assertThat(page(http, hub, "en"))
                    .containsPattern(
                            "<a class=\"to\" href=\"\\./prices\">.*<span class=\"word\"><span lang=\"en\">Prices</span>")
                    .containsPattern(
                            "<a class=\"to\" href=\"\\./about\">.*<path d=\"M3 12h4l3-7\"/></svg><span class=\"word\">About us</span><span class=\"count\"></span></a>");
            assertThat(page(http, hub, "zh"))
                    .contains("<html lang=\"zh\">", "<span lang=\"zh\">价格</span>")
                    .contains("<span class=\"word\">About us</span>");
        }
    }

    private static String page(HttpClient http, URI hub, String language) throws Exception {
        var request = HttpRequest.newBuilder(hub).header("Accept-Language", language);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void refusesALinkWithoutAnEnglishTextOrWithMarkupForAnIcon() {
        try (var app = Sluice.inMemory()) {
            assertThatThrownBy(() -> app.link("/prices", Map.of("zh", "价格")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'en'");
            assertThatThrownBy(() -> app.link("/prices", "M0 0\"/><script>", Map.of("en", "Prices")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("d of an SVG path");
        }
    }
}
