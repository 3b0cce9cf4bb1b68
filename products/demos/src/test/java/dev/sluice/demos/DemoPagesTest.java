package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The pages of demos on their own ports.
final class DemoPagesTest {
    private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

    static Program[] programs() {
        return new Program[] {new Clock(), new Ticker(), new Hello(), new Live(), new Chat()};
    }

    private static HttpResponse<String> page(RunningDemo demo, String... headers) throws Exception {
        HttpResponse<String> root = demo.get("/", headers);
        return root.statusCode() == 302
                ? demo.get(
                        root.uri()
                                .resolve(root.headers().firstValue("Location").orElseThrow())
                                .getPath(),
                        headers)
                : root;
    }

    /// Returns only the markup, because scripts contain texts in both languages.
    private static String markup(HttpResponse<String> page) {
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        return page.body().replaceAll("(?s)<script>.*?</script>", "");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void areWhatPeopleFindAtTheRootInTheirLanguage(Program program) throws Exception {
        try (var demo = RunningDemo.start(program)) {
            String english = markup(page(demo, "Accept", "text/html", "Accept-Language", "de, en;q=0.5"));
            assertThat(english).contains("<html lang=\"en\">", "look/icon.svg").doesNotContain("lang=\"zh\"");
            assertThat(HAN.matcher(english).find()).as(english).isFalse();
            String chinese = markup(page(demo, "Accept", "text/html", "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"));
            assertThat(chinese).contains("<html lang=\"zh\">").doesNotContain("lang=\"en\"");
            assertThat(markup(page(demo, "Accept", "text/html", "Cookie", "a=b; sluice-language=zh")))
                    .isEqualTo(chinese);
            assertThat(demo.get("/look/icon.svg").headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("image/svg+xml"));
        }
    }
}
