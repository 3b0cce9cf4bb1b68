package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.Ports;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.server.Browser;
import dev.sluice.server.proxy.HostileProxy;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.Keys;
import tools.jackson.databind.json.JsonMapper;

/// The chat on channels with two users, each in a browser. The tests run concurrently, because they mostly
/// wait.
@Execution(ExecutionMode.CONCURRENT)
final class ChatRoomsTest {
    private final Browser hers = Browser.english();
    private final Browser his = Browser.english();

    private final ChatUser ada = new ChatUser(hers, "Ada");
    private final ChatUser bob = new ChatUser(his, "Bob");
    private Sluice hub;

    @BeforeEach
    void start() {
        hub = start(TestHub.inMemory(), Ports.free());
    }

    private static Sluice start(Sluice hub, int port) {
        Gallery.on(hub);
        return hub.port(port).start();
    }

    @AfterEach
    void stop() {
        var complaints = new ArrayList<String>();
        for (Browser each : List.of(hers, his)) {
            complaints.addAll(each.complaints());
            each.close();
        }
        hub.close();
        // Some tests cut connections, which the browser reports as errors.
        assertThat(complaints).allMatch(each -> each.contains("WebSocket connection to"));
    }

    /// Returns the retained messages of a channel as `name: text`.
    private List<String> retained(String channel) throws Exception {
        var uri = hub.uri().resolve("/channels/" + channel + "?after=earliest&limit=1000");
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            var all = new ArrayList<String>();
            for (var event : JsonMapper.shared().readTree(answer.body()).get("events")) {
                var data = event.get("data");
                all.add(data.path("name").asString("") + ": "
                        + data.path("text").asString(""));
            }
            return all;
        }
    }

    @Test
    void namesAGuestInTheLanguageOfThePage() {
        var page = hub.uri().resolve("/demos/client/chat.html");
        hers.open(page).await("/^guest \\d+$/.test(document.getElementById('name').value)");
        try (var chinese = Browser.chinese()) {
            chinese.open(page).await("/^访客 \\d+$/.test(document.getElementById('name').value)");
        }
    }

    @Test
    void showsTheSameMessagesInTheSameOrderToBothUsers() throws Exception {
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby");
        for (int i = 0; i < 5; i++) {
            ada.say("hers " + i); // Does not wait for the other user's messages.
            bob.say("his " + i);
        }
        ada.awaitSaid(10);
        bob.awaitSaid(10);
        assertThat(ada.said())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 5)
                        .boxed()
                        .flatMap(i -> List.of("Ada: hers " + i, "Bob: his " + i).stream())
                        .toList());
        assertThat(bob.said()).isEqualTo(ada.said()).isEqualTo(retained("demos/chat/room/lobby"));
        ada.awaitUnsent(0);
        assertThat(hers.texts("#messages .own .who")).hasSize(5).containsOnly("Ada");
    }

    @Test
    void showsWhoJoinsAndWhoLeaves() {
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby").awaitHere("Ada");
        ada.awaitHere("Bob");
        assertThat(hers.texts("#here li")).anySatisfy(each -> assertThat(each).contains("Ada", "you"));

        his.open("about:blank"); // Leaves without closing the page's connection.
        ada.awaitGone("Bob").awaitHere("Ada");
    }

    @Test
    void showsTypingWithoutAddingItToTheHistory() throws Exception {
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby");
        ada.write("Hello everybody");
        bob.awaitText("#typing", "Ada: typing");
        assertThat(hers.find("#typing").getText()).as("oneself").isEmpty();
        ada.say("!");
        bob.awaitSaid("Ada: Hello everybody!");
        his.await("document.getElementById('typing').textContent === ''");

        assertThat(retained("demos/chat/room/lobby")).containsExactly("Ada: Hello everybody!");
        assertThat(retained("demos/chat/typing/lobby"))
                .as("one event for sixteen keys")
                .hasSize(1);

        bob.write("?");
        ada.awaitText("#typing", "Bob: typing");
        hers.await("document.getElementById('typing').textContent === ''"); // The notice expires.
    }

    @Test
    void pagesBackThroughTheHistoryWithoutMovingTheView() {
        var room = hub.channel("demos/chat/room/old");
        var all = IntStream.range(0, 330).mapToObj(i -> "m" + i).toList();
        for (String text : all) room.publish(Message.json(Map.of("name", "Eve", "text", text)));
        ada.enter(hub.uri(), "old").awaitSaid(50);
        assertThat(ada.said()).startsWith("Eve: m280").endsWith("Eve: m329");
        hers.await("document.getElementById('to-newest').hidden");

        for (int count = 100; count <= 300; count += 50) {
            hers.run("document.getElementById('scroll').scrollTop = 4"); // Makes the button visible.
            long before = top("document.querySelectorAll('#messages .message')[10]");
            hers.find("#older").click();
            ada.awaitSaid(count);
            assertThat(top("document.querySelectorAll('#messages .message')[60]"))
                    .as("the eleventh line, 50 lines further down")
                    .isCloseTo(before, within(1L)); // Allows for fractions of a pixel.
        }
        hers.find("#older").click();
        ada.awaitText("#older-said", "This is the oldest event kept.");
        assertThat(ada.said()).isEqualTo(all.stream().map("Eve: "::concat).toList());
        assertThat(hers.find("#older").isDisplayed()).isFalse();

        long before = top("document.querySelectorAll('#messages .message')[10]");
        room.publish(Message.json(Map.of("name", "Eve", "text", "new")));
        ada.awaitSaid(331).awaitText("#to-newest", "1 new");
        assertThat(top("document.querySelectorAll('#messages .message')[10]")).isEqualTo(before);
        hers.find("#to-newest").click();
        hers.await("document.getElementById('to-newest').hidden");
    }

    private long top(String element) {
        return ((Number) hers.run("return Math.round(" + element + ".getBoundingClientRect().top)")).longValue();
    }

    @Test
    void keepsMessagesWrittenOfflineAndSendsThemOnce() throws Exception {
        try (var proxy = HostileProxy.before(hub.uri())) {
            ada.enter(proxy.uri("/"), "lobby");
            bob.enter(hub.uri(), "lobby");
            hers.run("""
                    window.shown = [];
                    new MutationObserver(() => shown.push(document.getElementById('state-word').textContent))
                        .observe(document.getElementById('state-word'), { childList: true, characterData: true, subtree: true });
                    """);
            proxy.refuse();
            proxy.reset();
            hers.awaitState("waiting");
            ada.say("first").say("second").awaitUnsent(2).awaitText("#unsent", "kept, sent after the reconnect");
            bob.say("meanwhile").awaitSaid(1);
            hers.await("""
                    shown.some((word, i) => {
                        const [seconds, next] = [word, shown[i + 1]].map(each => /^waiting (\\d+) s$/.exec(each)?.[1]);
                        return seconds - 1 === +next;
                    })"""); // The countdown to the next attempt.

            proxy.admit();
            ada.retry().awaitSaid(3).awaitUnsent(0);
            bob.awaitSaid(3);
        }
        assertThat(retained("demos/chat/room/lobby")).containsExactly("Bob: meanwhile", "Ada: first", "Ada: second");
        assertThat(ada.said()).isEqualTo(bob.said()).isEqualTo(retained("demos/chat/room/lobby"));
    }

    @Test
    void keepsUnsentAndComposedMessagesAcrossAReload() throws Exception {
        try (var proxy = HostileProxy.before(hub.uri())) {
            ada.enter(proxy.uri("/"), "lobby");
            proxy.await(
                            "for the session",
                            connection -> connection.sentByClient().startsWith("GET /session"))
                    .drop(); // Its acknowledgement is lost as well.
            ada.say("on its way").awaitUnsent(1).write("half a sen");
            hers.run("location.reload()");
            hers.await("document.readyState === 'complete'");
            ada.awaitSaid("Ada: on its way").awaitUnsent(0);
            assertThat(hers.run("return document.getElementById('text').value")).isEqualTo("half a sen");
            ada.say("tence").awaitSaid("Ada: half a sentence");
        }
        assertThat(retained("demos/chat/room/lobby")).containsExactly("Ada: on its way", "Ada: half a sentence");
    }

    @Test
    void sendsNothingTwiceFromADuplicatedTab() throws Exception {
        try (var proxy = HostileProxy.before(hub.uri())) {
            ada.enter(proxy.uri("/"), "lobby");
            proxy.refuse();
            proxy.reset();
            hers.awaitState("waiting");
            ada.say("once").awaitUnsent(1);
            String copied = (String) hers.run("return sessionStorage.getItem('sluice.chat.unsent')");
            his.open(hub.uri().resolve("/livez"));
            his.run("sessionStorage.setItem('sluice.chat.unsent', arguments[0])", copied);
            his.open(hub.uri().resolve("/demos/client/chat.html#lobby"));
            bob.awaitSaid("Ada: once");
            proxy.admit();
            ada.retry().awaitUnsent(0).say("marker").awaitSaid("Ada: marker");
        }
        assertThat(retained("demos/chat/room/lobby")).containsExactly("Ada: once", "Ada: marker");
    }

    @Test
    void missesNothingAfterARestartOfTheHub(@TempDir Path folder) throws Exception {
        hub.close();
        hub = start(TestHub.in(folder), Ports.free());
        int port = hub.port();
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby");
        ada.say("before");
        bob.awaitSaid("Ada: before");
        hub.close();
        hers.awaitState("waiting");
        ada.say("said to nobody").awaitUnsent(1);

        hub = start(TestHub.in(folder), port);
        ada.retry().awaitSaid("Ada: said to nobody").awaitUnsent(0).awaitHere("Bob");
        bob.retry().awaitSaid("Ada: said to nobody");
        assertThat(retained("demos/chat/room/lobby")).containsExactly("Ada: before", "Ada: said to nobody");
        assertThat(bob.said()).isEqualTo(retained("demos/chat/room/lobby"));
    }

    @Test
    void reportsMissingMessagesAfterTheLogWasLost() {
        ada.enter(hub.uri(), "lobby").say("before").awaitSaid(1);
        int port = hub.port();
        hub.close();
        hers.awaitState("waiting");
        hub = start(TestHub.inMemory(), port);
        ada.retry().awaitText("#messages .gap", "Events are missing here");
        ada.say("after").awaitSaid("Ada: after");
    }

    @Test
    void showsNamesMessagesAndRoomsVerbatim() {
        String evil = "<img src=x onerror='hacked=1'>";
        var eve = new ChatUser(hers, evil);
        eve.enter(hub.uri(), evil);
        bob.enter(hub.uri(), evil).awaitHere(evil);
        eve.write(evil);
        bob.awaitText("#typing", evil + ": typing");
        eve.say("");
        bob.awaitSaid(evil + ": " + evil);
        hub.channel("demos/chat/room/" + evil).publish(evil); // Published directly, not by the page.
        bob.awaitSaid("–: " + evil);
        his.await("document.querySelector('#rooms [aria-current]').textContent === arguments[0]", evil);
        assertThat(his.find("#room-name").getText()).isEqualTo(evil);
        for (Browser each : List.of(hers, his)) {
            assertThat(each.run("return [document.querySelectorAll('main img').length, window.hacked ?? 0].join()"))
                    .isEqualTo("0,0");
        }
    }

    @Test
    void addsANewRoomForAllUsers() {
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby");
        hers.find("#room").sendKeys("a/b", Keys.ENTER);
        ada.awaitText("#room-said", "has no / and no *");
        hers.find("#room").clear();
        hers.find("#room").sendKeys("tea time", Keys.ENTER);
        ada.awaitText("#room-name", "tea time").awaitHere("Ada");
        bob.awaitText("#rooms", "tea time");
        ada.say("in here").awaitSaid(1);
        bob.say("out there").awaitSaid(1);

        his.find("#rooms a[href='#tea%20time']").click();
        bob.awaitSaid("Ada: in here");
        assertThat(bob.said()).containsExactly("Ada: in here");
    }

    @Test
    void changesTheNameByKeyboardOnly() {
        ada.enter(hub.uri(), "lobby");
        bob.enter(hub.uri(), "lobby");
        hers.find("#name").sendKeys(Keys.chord(Keys.CONTROL, "a"), "Augusta", Keys.ENTER);
        bob.awaitHere("Augusta").awaitGone("Ada");
        new ChatUser(hers, "Augusta").awaitHere("Augusta").say("it is me");
        bob.awaitSaid("Augusta: it is me");
    }
}
