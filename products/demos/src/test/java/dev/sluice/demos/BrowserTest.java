package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.demos.DemoBrowser.Page;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/// The demos in a real browser, with their own pages and with pages that were written without Sluice in mind.
@Order(1)
final class BrowserTest {
    private static final Pattern INDEX = Pattern.compile("index is (\\d+)");

    /// The pages keep 200 rows: with this period no row is removed while a test waits for another.
    private static final Duration SOON = Duration.ofMillis(150);

    @TempDir
    private Path folder;

    @AutoClose
    private static Browser browser;

    private DemoBrowser visitor;

    /// Shared by all tests, because starting it takes longer than most of them.
    @BeforeAll
    static void open() {
        browser = Browser.chinese();
    }

    @BeforeEach
    void createVisitor() {
        visitor = new DemoBrowser(browser, folder);
    }

    @ParameterizedTest
    @EnumSource(Page.class)
    void opensTheClockByButtonAndCountsItsIndex(Page page) throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
                var _ = visitor.open(page, served, "/sse.html", "clock-sse.html")) {
            visitor.click("open");
            visitor.awaitRows("current time is ", 3);

            var newestFirst = visitor.rows("current time is ").stream()
                    .map(row -> INDEX.matcher(row).results().findFirst().map(BrowserTest::number))
                    .map(index -> index.orElseThrow())
                    .toList();
            assertThat(newestFirst).endsWith(2, 1, 0).isSortedAccordingTo(Comparator.reverseOrder());
        }
    }

    private static int number(MatchResult match) {
        return Integer.parseInt(match.group(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "FILE"})
    void echoesMessagesAndTicks(Page page) throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
                var _ = visitor.open(page, served, "/ws.html", "clock-ws.html")) {
            visitor.awaitRow("收到客户端的消息：这是客户端发送的消息");
            visitor.awaitRows("服务器发送的消息: ", 2);
            visitor.click("send");
            visitor.awaitRow("收到客户端的消息：消息： 1");
            visitor.click("send");
            visitor.awaitRow("收到客户端的消息：消息： 2");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "OTHER_ORIGIN"})
    void countsReconnectsOfTheTicker(Page page) throws Exception {
        var served = RunningDemo.start(new Ticker(SOON, System.getLogger("ticker")));
        int port = served.server().port();
        try (var _ = visitor.open(page, served, "/page/", "ticker.html")) {
            visitor.awaitRow("open");
            visitor.awaitRows("服务端推送数据", 2);
            visitor.awaitText("reconnects", "0");

            served.close();
            visitor.awaitRow("error");
            try (var _ = RunningDemo.at(port, new Ticker(SOON, System.getLogger("ticker")))) {
                visitor.awaitText("reconnects", "1");
                visitor.awaitRows("open", 2);
            }
            assertThat(visitor.rows("message ")).as("events without a name").isEmpty();
        } finally {
            served.close();
        }
    }

    /// The page uses a relative URL for the stream, so the demo's own port serves it.
    private record WithArticle(Program program) implements Program {
        @Override
        public Sluice server() {
            return program.server();
        }

        @Override
        public void routes(Routes routes) {
            program.routes(routes);
            try {
                String page = DemoBrowser.article("hello.html", 0);
                routes.get("/article.html", request -> Response.html(page));
            } catch (IOException missing) {
                throw new UncheckedIOException(missing);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "FILE"})
    void reconnectsAfterEachRoundOfHello(Page page) throws Exception {
        try (var served = RunningDemo.start(new WithArticle(new Hello(SOON)))) {
            browser.open(served.uri(page == Page.OWN ? "/" : "/article.html"));
            visitor.awaitRow("Hello World, 2");
            visitor.awaitRows("close", 2);

            var rows = browser.texts("#rows > *");
            var firstRound = rows.subList(rows.size() - 6, rows.size());
            assertThat(firstRound.getFirst())
                    .as("the newest of the first round")
                    .contains("close");
            assertThat(firstRound.subList(1, 6))
                    .allSatisfy(row -> assertThat(row).contains("Hello World"));
        }
    }

    @ParameterizedTest
    @EnumSource(Page.class)
    void connectsToAndDisconnectsFromLiveMessagesByButton(Page page) throws Exception {
        var served = RunningDemo.start(new Live(SOON));
        try (var _ = visitor.open(page, served, "/page/", "live.html")) {
            visitor.click("connect");
            visitor.awaitText("state", "已连接");
            visitor.awaitRows("服务器时间", 2);
            var rows = browser.texts("#rows > *");
            assertThat(rows.getFirst()).contains("服务器时间");
            assertThat(rows.getLast()).contains("连接已建立");

            visitor.click("disconnect");
            visitor.awaitText("state", "已断开连接");
            served.awaitHandlers(0);

            visitor.click("connect");
            visitor.awaitRows("连接已建立", 2);
            served.close();
            visitor.awaitText("state", "连接断开");
        } finally {
            served.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OWN", "FILE"})
    void sendsChatMessagesByEnterAndByButton(Page page) throws Exception {
        try (var served = RunningDemo.start(new Chat());
                var ada = served.webSocket("/");
                var _ = visitor.open(page, served, "/", "chat.html")) {
            visitor.awaitRow("Welcome to the WebSocket server!");
            ada.next();
            ada.send("Ada: 你好");
            visitor.awaitRow("Other client said: Ada: 你好");

            browser.find("#text").sendKeys("by enter", Keys.ENTER);
            visitor.awaitRow("You said: ");
            assertThat(ada.next()).isEqualTo("You said: Ada: 你好");
            assertThat(ada.next()).matches("Other client said: \\w+: by enter");

            browser.find("#text").sendKeys("by the button");
            visitor.click("send");
            assertThat(ada.next()).matches("Other client said: \\w+: by the button");
            assertThat(browser.run("return document.getElementById('text').value"))
                    .isEqualTo("");
        }
    }

    /// Replaces the page's timers: each delay is recorded and ends when the test says so.
    private static final String TAKE_WAITS = """
            window.waits = [];
            const wait = window.setTimeout;
            window.setTimeout = (task, ms) => {
                if (!Number.isInteger(Math.log2(ms / 3000))) return wait(task, ms);
                window.waits.push(ms);
                window.next = task;
            };
            """;

    @ParameterizedTest
    @EnumSource(names = {"OWN", "FILE"})
    void reconnectsTheChatWithBackoffTenTimesAndResetsOnSuccess(Page page) throws Exception {
        var served = RunningDemo.start(new Chat());
        int port = served.server().port();
        try (var _ = visitor.open(page, served, "/", "chat.html")) {
            visitor.awaitRow("Welcome");
            browser.run(TAKE_WAITS);
            served.close();
            awaitWaits(1);
            visitor.awaitRow("次重");
            browser.find("#text").sendKeys("kept", Keys.ENTER);
            visitor.awaitRow("未连接");
            assertThat(browser.run("return document.getElementById('text').value"))
                    .isEqualTo("kept");
            letWait(2);
            letWait(3);

            var again = RunningDemo.at(port, new Chat());
            browser.run("next()");
            visitor.awaitRows("Welcome", 2);
            visitor.click("send");
            visitor.awaitRow("You said: ");
            again.close();
            awaitWaits(4);
            for (int wait = 5; wait <= 13; wait++) letWait(wait);
            browser.run("next()");
            visitor.awaitRow(page == Page.OWN ? "已重试 10 次" : "重连失败");

            assertThat(browser.run("return waits.map(ms => ms / 3000).join()"))
                    .isEqualTo("1,2,4,1,2,4,8,16,32,64,128,256,512");
            assertThat(visitor.rows("次重")).as("each attempt is shown").hasSizeGreaterThanOrEqualTo(13);
        } finally {
            served.close();
        }
    }

    private void letWait(int count) {
        browser.run("next()");
        awaitWaits(count);
    }

    private void awaitWaits(int count) {
        browser.await("window.waits.length === arguments[0]", count);
    }

    @Test
    void showsTheBrowsersLanguageUntilAnotherIsChosen() throws Exception {
        try (var served = RunningDemo.start(new Hello(SOON))) {
            browser.complaints(); // Discards earlier ones.
            browser.open(served.uri("/"));
            visitor.awaitRow("服务器结束本轮");
            visitor.awaitText("state", "正在重连");
            browser.choose("language", "en");
            visitor.awaitRow("The server ends this round.");
            assertThat(browser.find("h1").getText()).isEqualTo("Hello, in rounds");
            browser.open(served.uri("/"));
            assertThat(browser.find("h1").getText()).isEqualTo("Hello, in rounds");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
