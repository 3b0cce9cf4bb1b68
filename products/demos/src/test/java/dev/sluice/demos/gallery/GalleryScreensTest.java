package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demos.TestHub;
import dev.sluice.server.Screen;
import dev.sluice.server.page.Axe;
import dev.sluice.server.page.FirstView;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Takes screenshots ([Screen]) of all pages about the demos on wide and narrow screens, in both languages.
@Execution(ExecutionMode.CONCURRENT)
final class GalleryScreensTest {
    /// True once all figures are filled in and the comparison has its lengths; from then on only rows are
    /// added.
    private static final String HAS_FIGURES = """
            document.getElementById('state').dataset.state === 'open'
                && Number(document.getElementById('figure-received').textContent) > 1
                && document.getElementById('figure-newest').textContent !== '–'
                && document.querySelectorAll('.compared .figure').length === 2
                && [...document.querySelectorAll('.compared .figure')].every(each => Number(each.textContent) > 0)
            """;

    private static final String HAS_MEMBERS = """
            document.getElementById('state').dataset.state === 'open' && document.querySelector('#here .you')
            """;

    /// True for a stage in which everything is live: both counters, the demo, the bytes of its connection,
    /// its source.
    private static final String MOVES = """
            document.getElementById('state').dataset.state === 'open'
                && ['#client', '#hand'].every(lane => document.querySelector(lane + ' .lane-state').dataset.state === 'open'
                    && Number(document.querySelector(lane + ' .received').textContent) > 3)
                && document.querySelector('#live :is(li, canvas, .log-lines p)')
                && document.querySelector('#wire .unit.sent .unit-text') && document.querySelector('#wire .unit.came .frame-bytes')
                && document.querySelectorAll('#code .code-keyword').length > 3
                && document.getElementById('command').textContent.includes('/channels/demos/')
            """;

    private static final String IS_LOADED = "document.readyState === 'complete' && document.querySelector('h1')";

    /// @param ready a JavaScript condition
    private record Visited(String name, String path, String ready) {}

    private static final List<Visited> PAGES = List.of(
            new Visited("demos", "#ticker", "document.querySelectorAll('.bytes .sse-line').length > 4"),
            new Visited("stage-quotes", "quotes/", MOVES),
            new Visited("stage-wall", "wall/", MOVES),
            new Visited("stage-news", "news/", MOVES),
            new Visited("stage-task", "task/", MOVES),
            new Visited("stage-logs", "logs/", MOVES),
            new Visited("stage-board", "board/", MOVES),
            new Visited("client-chat", "client/chat.html", HAS_MEMBERS),
            new Visited("client-live", "client/live.html", HAS_FIGURES),
            new Visited("client-ticker", "client/ticker.html", HAS_FIGURES),
            new Visited("typewriter", "typewriter/", IS_LOADED),
            new Visited("hand-clock-sse", "clock/sse.html?alone", IS_LOADED),
            new Visited("hand-clock-ws", "clock/ws.html?alone", IS_LOADED),
            new Visited("hand-ticker", "ticker/page/?alone", IS_LOADED),
            new Visited("hand-hello", "hello/?alone", IS_LOADED),
            new Visited("hand-live", "live/page/?alone", IS_LOADED),
            new Visited("hand-chat", "chat/?alone", IS_LOADED),
            new Visited("nothing", "nothing", IS_LOADED));

    @ParameterizedTest
    @MethodSource("dev.sluice.server.Screen#some")
    void pagesFitTheirScreensAndAreAccessible(Screen screen) throws IOException {
        var hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        try (hub;
                var browser = screen.open()) {
            hub.start();
            var violations = new ArrayList<String>();
            for (int i = 0; i < PAGES.size(); i++) {
                if (!screen.shows(i)) continue;
                Visited page = PAGES.get(i);
                URI address = hub.uri().resolve("/demos/" + page.path);
                browser.open("about:blank").open(address).await(page.ready);
                assertThat(browser.run("return document.documentElement.lang"))
                        .as(page.name)
                        .isEqualTo(screen.language());
                assertThat(browser.complaints()).as(page.name).isEmpty();
                FirstView.of(browser).assertSmall(page.name).assertStill(page.name);
                for (Object each : Axe.violations(browser)) violations.add(page.name + ": " + each);
                screen.save(browser, page.name);
            }
            assertThat(violations).isEmpty();
        }
    }
}
