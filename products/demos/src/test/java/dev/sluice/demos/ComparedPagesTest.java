package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.core.Ports;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks the claims of the pages that compare a hand-written client with `/client.js`. The tests run
/// concurrently, because they mostly wait for events of slow demos.
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
final class ComparedPagesTest {
    private static final Path RESOURCES = Path.of("src/main/resources/dev/sluice/demos");

    private final Browser byHand = Browser.english();
    private final Browser client = Browser.english();
    private final DemoBrowser hand = new DemoBrowser(byHand, Path.of(""));
    private final DemoBrowser other = new DemoBrowser(client, Path.of(""));
    private Sluice hub;

    enum Pair {
        LIVE("服务器时间"),
        TICKER("服务端推送数据");

        private final String shown;

        Pair(String shown) {
            this.shown = shown;
        }

        String demo() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Returns the text that both pages show for an event.
        String row(JsonNode data) {
            String message = data.get("message").asString();
            return this == LIVE ? message : data.get("time").asString() + " " + message;
        }
    }

    @BeforeEach
    void start() {
        hub = start(Ports.free());
    }

    private static Sluice start(int port) {
        Sluice made = TestHub.inMemory();
        Gallery.on(made);
        return made.port(port).start();
    }

    @AfterEach
    void stop() {
        byHand.close();
        client.close();
        hub.close();
    }

    private void open(Pair pair, URI at) {
        openByHand(pair, at);
        client.open(at.resolve("/demos/client/" + pair.demo() + ".html"));
    }

    private void openByHand(Pair pair, URI at) {
        byHand.open(at.resolve("/demos/" + pair.demo() + "/page/?alone"));
        if (pair == Pair.LIVE) hand.click("connect");
    }

    @ParameterizedTest
    @EnumSource
    void bothReconnectAfterAServerRestart(Pair pair) {
        open(pair, hub.uri());
        hand.awaitRows(pair.shown, 2);
        other.awaitRows(pair.shown, 2);
        int port = hub.port();
        hub.close();
        byHand.awaitState("waiting");
        client.awaitState("waiting");
        byHand.run("document.getElementById('rows').replaceChildren()");
        client.run("document.getElementById('rows').replaceChildren()");

        hub = start(port);
        client.run("document.getElementById('again').click()");
        other.awaitRows(pair.shown, 2);
        hand.awaitRows(pair.shown, 1);
        client.awaitState("open");
        other.awaitText("figure-transport", "WebSocket");
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheClientReceivesEventsSentWhileDisconnected(Pair pair) throws Exception {
        var published = new LinkedBlockingQueue<Event>();
        try (var proxy = HostileProxy.before(hub.uri());
                var _ = hub.channel("demos/" + pair.demo()).subscribe(published::add)) {
            open(pair, proxy.uri("/"));
            hand.awaitRows(pair.shown, 1);
            other.awaitRows(pair.shown, 1);
            proxy.refuse();
            proxy.reset();
            byHand.awaitState("waiting");
            client.awaitState("waiting");
            published.clear();
            var missed = List.of(next(pair, published), next(pair, published), next(pair, published));

            proxy.admit();
            client.run("document.getElementById('again').click()");
            for (String row : missed) other.awaitRow(row);
            byHand.run("window.before = document.getElementById('rows').textContent");
            byHand.awaitState("open");
            byHand.await("document.getElementById('rows').textContent !== before");
            hand.awaitRows(pair.shown, 2);

            var inOrder = other.rows(pair.shown).reversed().stream()
                    .filter(row -> missed.stream().anyMatch(row::contains))
                    .toList();
            assertThat(inOrder).hasSize(3);
            for (int i = 0; i < 3; i++) assertThat(inOrder.get(i)).contains(missed.get(i));
            // Published during the loss, so that no reader received it.
            String time = missed.get(1).replaceAll(".*?(\\d+:\\d+:\\d+).*", "$1");
            assertThat(hand.rows(time + " ")).isEmpty();
            assertThat(hand.rows(pair.shown)).noneMatch(row -> row.endsWith(missed.get(1)));
        }
    }

    private static String next(Pair pair, LinkedBlockingQueue<Event> published) throws InterruptedException {
        Event event = published.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return pair.row(JsonMapper.shared().readTree(event.text()));
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheClientShowsTheNewestEventAfterAReload(Pair pair) {
        open(pair, hub.uri());
        hand.awaitRows(pair.shown, 2);
        other.awaitRows(pair.shown, 2);
        var before = hand.rows(pair.shown);
        var kept = client.texts("#rows li span");

        open(pair, hub.uri());
        for (String text : kept) other.awaitRow(text);
        hand.awaitRows(pair.shown, 1);
        assertThat(hand.rows(pair.shown)).doesNotContainAnyElementsOf(before);
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheClientWorksBehindABufferingProxy(Pair pair) throws Exception {
        try (var proxy = new BufferingProxy(hub.uri())) {
            openByHand(pair, proxy.uri("/"));
            proxy.awaitBuffered(3);
            assertThat(byHand.texts("#rows li")).isEmpty();

            client.open(proxy.uri("/demos/client/" + pair.demo() + ".html"));
            other.awaitText("figure-transport", "JSON lines"); // Ten seconds after the session received its last data.
            other.awaitText("figure-transport", "Long poll");
            other.awaitRows(pair.shown, 2);
            assertThat(byHand.texts("#rows li")).isEmpty();
        }
    }

    @Test
    void disconnectsFromLiveMessagesAndReconnects() {
        client.complaints();
        client.open(hub.uri().resolve("/demos/client/live.html"));
        other.awaitRows("服务器时间", 1);
        other.click("disconnect");
        client.awaitState("ended");
        other.awaitText("state-word", "ended");
        client.choose("language", "zh");
        other.awaitText("state-word", "已结束");
        client.choose("language", "en");
        other.click("connect");
        other.awaitRows("服务器时间", 2);
        client.awaitState("open");
        assertThat(client.complaints()).isEmpty();
    }

    @Test
    void publishesOnlyWhileThereAreSubscribers() {
        client.open(hub.uri().resolve("/demos/client/ticker.html"));
        other.awaitRows("服务端推送数据", 1);
        client.open("about:blank");
        // The presence subscription of the feed.
        Await.that(Duration.ofMinutes(1), () -> hub.running() == 0, () -> hub.running() + " still run");
        var last = hub.channel("demos/ticker").latest();
        client.open(hub.uri().resolve("/demos/client/ticker.html")); // Starts the feed again.
        other.awaitText("figure-received", "2");
        assertThat(hub.channel("demos/ticker").latest()).isNotEqualTo(last);
    }

    @ParameterizedTest
    @EnumSource
    void showsTheLineCountsOfBothPages(Pair pair) throws Exception {
        client.open(hub.uri().resolve("/demos/client/" + pair.demo() + ".html"));
        client.await("[...document.querySelectorAll('.compared .figure')].every(each => each.textContent)");

        String page = Files.readString(RESOURCES.resolve(pair.demo() + "/index.html"));
        String script = page.substring(page.indexOf("<script>") + 8, page.lastIndexOf("</script>"));
        String own = Files.readString(RESOURCES.resolve("client/" + pair.demo() + ".js"));
        assertThat(client.texts(".compared .figure")).containsExactly("" + lines(script), "" + lines(own));
    }

    private static long lines(String script) {
        return script.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                .count();
    }

    @Test
    void eachClaimNamesItsTest() throws Exception {
        String claims = Files.readString(RESOURCES.resolve("client/compare.js"));
        var names = Pattern.compile("shownBy: '(\\w+)\\.(\\w+)'")
                .matcher(claims)
                .results()
                .toList();
        assertThat(names).hasSize(4);
        for (var name : names) {
            Class<?> test = Class.forName(getClass().getPackageName() + "." + name.group(1));
            assertThat(test.getDeclaredMethods())
                    .filteredOn(method -> method.getName().equals(name.group(2)))
                    .hasSize(1);
        }
    }
}
