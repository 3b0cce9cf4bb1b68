package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.server.Browser;
import dev.sluice.server.Screen;
import dev.sluice.server.proxy.HostileProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Takes screenshots ([Screen]) of the chats in use and during a lost connection, on wide and narrow screens,
/// in both languages. [dev.sluice.demos.gallery.GalleryScreensTest] opens all other pages.
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
final class DemoScreensTest {
    private record Shot(DemoBrowser visitor, Screen screen) {
        void open(RunningDemo served, String path) {
            visitor.browser().open(served.uri(path));
        }

        void take(String name) throws IOException {
            var browser = visitor.browser();
            // The browser reports the lost connections that some screenshots show as errors.
            assertThat(browser.complaints()).allMatch(each -> each.contains("WebSocket connection to"));
            screen.save(browser, "demo-" + name);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.Screen#some")
    void pagesFitTheirScreens(Screen screen) throws Exception {
        try (var browser = screen.open()) {
            var shot = new Shot(new DemoBrowser(browser, Path.of("")), screen);
            chat(shot);
            rooms(shot);
        }
    }

    /// Shows a lost connection, which is the topic of the page.
    private static void chat(Shot shot) throws IOException {
        var served = RunningDemo.start(new Chat());
        try (var ada = served.webSocket("/")) {
            shot.open(served, "/");
            shot.visitor().awaitRow("Welcome");
            ada.send("Ada: 你好！Who is there?");
            shot.visitor().awaitRow("Ada: ");
            shot.visitor().browser().find("#text").sendKeys("Hello Ada, it is me.");
            shot.visitor().click("send");
            shot.visitor().awaitRow("You said: ");
            served.close();
            shot.visitor().awaitRow("3");
            shot.visitor().browser().find("#text").sendKeys("Are you still there?");
            shot.visitor().click("send");
            shot.visitor().awaitRow("!");
            shot.take("chat");
        } finally {
            served.close();
        }
    }

    /// Shows the chat with the client and two users, one of whom loses the connection.
    private static void rooms(Shot shot) throws IOException {
        var hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        try (hub;
                var proxy = HostileProxy.before(hub.start().uri());
                var another = Browser.english()) {
            var browser = shot.visitor().browser();
            boolean isChinese = shot.screen.language().equals("zh");
            for (String room : new String[] {"football", "tea time", "电影"}) {
                hub.channel("demos/chat/rooms")
                        .publish(Message.json(Map.of("name", room)).type("room").key(room));
            }
            var ada = new ChatUser(another, "Ada").enter(hub.uri(), "lobby");
            var bob = new ChatUser(browser, isChinese ? "小波" : "Bob").enter(proxy.uri("/"), "lobby");
            String[] talk = isChinese
                    ? new String[] {"大家好！", "你好，Ada。今晚一起看球吗？", "好啊，八点。我带爆米花，你来定地方。", "老地方见。"}
                    : new String[] {
                        "Hello everybody!",
                        "Hello Ada. Shall we watch the match tonight?",
                        "With pleasure: at eight. I bring the popcorn, you choose the place. And don't be late again, "
                                + "the first goal is always the best one.",
                        "The usual place, then."
                    };
            for (int i = 0; i < talk.length; i++) {
                (i % 2 == 0 ? ada : bob).say(talk[i]);
                bob.awaitSaid(i + 1);
                ada.awaitSaid(i + 1);
            }
            ada.write(isChinese ? "到" : "See");
            bob.awaitText("#typing", "Ada").awaitHere("Ada").awaitUnsent(0);
            shot.take("chat-rooms");

            proxy.refuse();
            proxy.reset();
            browser.awaitState("waiting");
            bob.say(isChinese ? "我六点半出发。" : "I leave at half past six.").awaitUnsent(1);
            bob.write(isChinese ? "要带" : "Shall I bring");
            shot.take("chat-rooms-lost");
        }
    }
}
