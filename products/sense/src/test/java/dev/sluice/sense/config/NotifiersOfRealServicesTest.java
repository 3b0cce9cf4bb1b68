package dev.sluice.sense.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.Delivery;
import dev.sluice.sense.story.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each notifier with a receiver that uses its service's format, when the receiver accepts a message and when
/// it refuses one.
class NotifiersOfRealServicesTest {
    private static final AtomicReference<String> PATH = new AtomicReference<>("");
    private static final AtomicReference<String> BODY = new AtomicReference<>("");
    private static final AtomicReference<String> ANSWER = new AtomicReference<>("");
    private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600);
    private static Sluice receiver;

    private final DefinitionParser parser = new DefinitionParser(Map.of(), NotifierTypes.all(InstantSource.fixed(NOW)));

    @BeforeAll
    static void start() {
        receiver = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .post("/**", request -> {
                    PATH.set(request.path()
                            + request.query("sign").map(sign -> " " + sign).orElse(""));
                    BODY.set(request.text());
                    return Response.text(ANSWER.get());
                })
                .start();
    }

    @AfterAll
    static void stop() {
        receiver.close();
    }

    private static Alert alert(Duration late) {
        return new Alert(
                Alert.Kind.OPENED,
                null,
                "abc",
                7,
                "shop",
                "The <shop>",
                new Failure("status 2xx", "503 @everyone"),
                NOW.minusSeconds(10),
                NOW,
                late,
                null);
    }

    private Delivery send(String type, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.put("name", "ops");
        all.put("type", type);
        if (!type.equals("email") && !type.equals("telegram")) all.put("url", receiver.uri() + "/robot");
        return parser.notifier(all).notifier().send(alert(Duration.ofMinutes(61)));
    }

    private void assertAccepted(String type, Map<String, Object> values, String answer, String refusal)
            throws Exception {
        ANSWER.set(answer);
        assertThat(send(type, values)).as(type).isEqualTo(new Delivery.Accepted());
        assertThat(BODY.get()).as(type).contains("503").contains("1 h 1 min");
        ANSWER.set(refusal);
        assertThat(send(type, values)).as(type).isInstanceOf(Delivery.Failed.class);
    }

    @Test
    void speaksTheFormatOfEachChatServiceAndUnderstandsItsRefusals() throws Exception {
        assertAccepted("slack", Map.of(), "ok", "invalid_payload");
        assertThat(SenseJson.object(BODY.get()).get("text").toString()).startsWith("*[DOWN] The &lt;shop&gt;*");

        ANSWER.set("");
        assertThat(send("discord", Map.of("language", "zh"))).isEqualTo(new Delivery.Accepted());
        assertThat(BODY.get()).contains("[故障] The <shop>", "\"allowed_mentions\":{\"parse\":[]}", "此告警晚了");

        Map<String, Object> telegram = Map.of("url", receiver.uri() + "/", "token", "1:secret", "chat", "-100");
        assertAccepted("telegram", telegram, "{\"ok\":true}", "{\"ok\":false,\"description\":\"chat not found\"}");
        assertThat(PATH.get()).isEqualTo("/bot1:secret/sendMessage");
        assertThat(SenseJson.object(BODY.get())).containsEntry("chat_id", "-100");

        assertAccepted("wecom", Map.of(), "{\"errcode\":0}", "{\"errcode\":93000,\"errmsg\":\"invalid webhook\"}");
        assertThat(SenseJson.object(BODY.get())).containsEntry("msgtype", "text");
    }

    /// The signatures were calculated with openssl according to the documentation of the two services.
    @Test
    void signsMessagesForRobotsThatAskForIt() throws Exception {
        assertAccepted(
                "dingtalk",
                Map.of("secret", "SEC1"),
                "{\"errcode\":0}",
                "{\"errcode\":310000,\"errmsg\":\"sign not match\"}");
        assertThat(PATH.get()).isEqualTo("/robot HPFHugH1A+acGr13GtVWd8qv0xuQH5+zzmm7/cG8mLk=");
        assertAccepted(
                "feishu", Map.of("secret", "SEC1"), "{\"code\":0}", "{\"code\":19021,\"msg\":\"sign match fail\"}");
        assertThat(SenseJson.object(BODY.get()))
                .containsEntry("timestamp", "1767225600")
                .containsEntry("sign", "JoTyvUui5FmpZkSZo0YG6x0t8mHb8OlP8z2cj74t6ig=")
                .containsEntry("msg_type", "text");
    }

    /// A service refuses a message that is too long in every attempt, so each alert of that check would be
    /// lost.
    @Test
    void shortensLongTextsAndMentionsNobody() throws Exception {
        var alert = new Alert(
                Alert.Kind.OPENED,
                null,
                "abc",
                7,
                "shop",
                "shop\r\n".repeat(2_000),
                new Failure("status 2xx", "<at user_id=\"all\">all</at>"),
                NOW,
                NOW,
                Duration.ZERO,
                null);
        ANSWER.set("{\"ok\":true,\"code\":0}");
        var telegram = Map.<String, Object>of(
                "name", "a", "type", "telegram", "url", receiver.uri() + "/", "token", "1:secret", "chat", "-100");
        assertThat(parser.notifier(telegram).notifier().send(alert)).isEqualTo(new Delivery.Accepted());
        assertThat(String.valueOf(SenseJson.object(BODY.get()).get("text")))
                .hasSizeLessThan(4096)
                .contains("<at user_id");
        var feishu = Map.<String, Object>of("name", "a", "type", "feishu", "url", receiver.uri() + "/robot");
        assertThat(parser.notifier(feishu).notifier().send(alert)).isEqualTo(new Delivery.Accepted());
        assertThat(BODY.get()).doesNotContain("<at").contains("user_id");
    }

    @Test
    void refusesATokenThatCannotBePartOfAPathWithoutRepeatingIt() {
        var values = Map.<String, Object>of("name", "a", "type", "telegram", "token", "1:sec ret\n", "chat", "-100");
        assertThatThrownBy(() -> parser.notifier(values))
                .isInstanceOf(InvalidSenseException.class)
                .hasMessageContaining("'token'")
                .hasMessageNotContaining("sec ret");
    }

    @Test
    void refusesAWebhookSecretThatHasNoKeyWithoutRepeatingIt() throws Exception {
        for (String secret : List.of("whsec_s3cret-", "whsec_s3cret=", "whsec_")) {
            assertThatThrownBy(() -> send("webhook", Map.of("secret", secret)))
                    .as(secret)
                    .isInstanceOf(InvalidSenseException.class)
                    .hasMessageContaining("'secret' is invalid")
                    .hasMessageNotContaining("s3cret");
        }
    }

    /// Otherwise each attempt would arrive.
    @Test
    void anAnswerThatDoesNotEndIsAnAcceptanceWhereItsStatusIsEnough() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException closed) {
                    return;
                }
            });
            var webhook = Map.<String, Object>of(
                    "name", "a", "type", "webhook", "url", "http://localhost:" + server.getLocalPort() + "/");
            assertThat(parser.notifier(webhook).notifier().send(alert(Duration.ZERO)))
                    .isEqualTo(new Delivery.Accepted());
        }
    }

    /// Behaves like Node's servers with WebSockets, which take any upgrade for one to a WebSocket.
    @Test
    void reachesAServerThatRefusesUpgrades() throws Exception {
        try (var server = new RawServer(head -> RawServer.answer(
                head.contains("Upgrade:") ? "405 Method Not Allowed" : "200 OK",
                "{\"ok\":true,\"code\":0,\"errcode\":0}"))) {
            for (String type : List.of("webhook", "discord", "dingtalk", "feishu", "wecom")) {
                var values = Map.<String, Object>of("name", "a", "type", type, "url", server.url("/"));
                assertThat(parser.notifier(values).notifier().send(alert(Duration.ZERO)))
                        .as(type)
                        .isEqualTo(new Delivery.Accepted());
            }
        }
    }

    @Test
    void triesEachAddressOfAServiceUntilOneAnswers() throws Exception {
        List<InetAddress> deadAndLive =
                List.of(InetAddress.getByName("127.0.0.79"), InetAddress.getByName("127.0.0.1"));
        try (var server = new RawServer(_ -> RawServer.answer("200 OK", "{\"ok\":true,\"code\":0,\"errcode\":0}"))) {
            for (List<InetAddress> addresses : List.of(deadAndLive, deadAndLive.reversed())) {
                var network = Network.of(_ -> addresses, null);
                var types = NotifierTypes.all(InstantSource.fixed(NOW), network);
                for (String type : List.of("webhook", "discord", "telegram", "dingtalk", "feishu", "wecom")) {
                    Map<String, Object> values = new HashMap<>(Map.of("name", "a", "type", type));
                    values.put("url", "http://both.test:" + server.port() + "/");
                    if (type.equals("telegram")) values.putAll(Map.of("token", "1:secret", "chat", "-100"));
                    var notifier = new DefinitionParser(Map.of(), types).notifier(values);
                    assertThat(notifier.notifier().send(alert(Duration.ZERO)))
                            .as(type)
                            .isEqualTo(new Delivery.Accepted());
                }
            }
        }
    }

    @Test
    void distinguishesARefusedMessageFromARefusedSender() throws Exception {
        Map<String, byte[]> answers = Map.of(
                "/message", RawServer.answer("400 Bad Request", "invalid_payload"),
                "/long", RawServer.answer("413 Content Too Large", ""),
                "/words", RawServer.answer("200 OK", "{\"errcode\":310000,\"errmsg\":\"keywords not in content\"}"),
                "/sender", RawServer.answer("403 Forbidden", ""),
                "/gone", RawServer.answer("404 Not Found", ""),
                "/busy", RawServer.answer("429 Too Many Requests", ""),
                "/broken", RawServer.answer("200 OK", "<html>"));
        try (var server = new RawServer(head -> answers.get(head.split(" ", -1)[1]))) {
            for (String path : answers.keySet()) {
                var values = Map.<String, Object>of("name", "a", "type", "dingtalk", "url", server.url(path));
                assertThat(parser.notifier(values).notifier().send(alert(Duration.ZERO)))
                        .as(path)
                        .isInstanceOfSatisfying(
                                Delivery.Failed.class,
                                failed -> assertThat(failed.isRefused())
                                        .as(path)
                                        .isEqualTo(List.of("/message", "/long", "/words")
                                                .contains(path)));
            }
        }
    }

    @Test
    void saysWhyAServiceIsNotReached() throws Exception {
        var values = Map.<String, Object>of("name", "a", "type", "webhook", "url", "http://127.0.0.1:1/s3cret");
        assertThat(parser.notifier(values).notifier().send(alert(Duration.ZERO)))
                .isEqualTo(new Delivery.Failed(Phrase.of("refused")));
    }

    @Test
    void waitsAsLongAsAServiceAsks() throws Exception {
        Map<String, byte[]> answers = Map.of(
                "/header", RawServer.answer("429 Too Many Requests\r\nRetry-After: 7", ""),
                "/date", RawServer.answer("503 Unavailable\r\nRetry-After: Thu, 01 Jan 2026 00:00:09 GMT", ""),
                "/discord", RawServer.answer("429 Too Many Requests", "{\"retry_after\":2.5}"),
                "/bot1:secret/sendMessage",
                        RawServer.answer("429 Too Many Requests", "{\"ok\":false,\"parameters\":{\"retry_after\":35}}"),
                "/nonsense", RawServer.answer("429 Too Many Requests\r\nRetry-After: soon", "<html>"));
        try (var server = new RawServer(head -> answers.get(head.split(" ", -1)[1]))) {
            assertThat(List.of(
                            refused("webhook", Map.of("url", server.url("/header"))),
                            refused("slack", Map.of("url", server.url("/date"))),
                            refused("discord", Map.of("url", server.url("/discord"))),
                            refused("telegram", Map.of("url", server.url("/"), "token", "1:secret", "chat", "-100")),
                            refused("webhook", Map.of("url", server.url("/nonsense")))))
                    .containsExactly(
                            Duration.ofSeconds(7),
                            Duration.ofSeconds(9),
                            Duration.ofMillis(2500),
                            Duration.ofSeconds(35),
                            Duration.ZERO);
        }
    }

    private Duration refused(String type, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(Map.of("name", "a", "type", type));
        return parser.notifier(all).notifier().send(alert(Duration.ZERO)) instanceof Delivery.Failed failed
                ? failed.retryAfter()
                : Duration.ofDays(1);
    }

    @Test
    void sendsMailWithTheIdOfTheAlertAndReportsAServerThatIsGone() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        Map<String, Object> values = Map.of(
                "host", "127.0.0.1",
                "port", server.getSmtp().getPort(),
                "security", "none",
                "from", "sense@shop.example",
                "to", List.of("ops@shop.example"));
        try {
            assertThat(send("email", values)).isEqualTo(new Delivery.Accepted());
            var mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("[DOWN] The <shop>");
            assertThat(mail.getHeader("Message-ID")).containsExactly("<abc-7-opened@shop.example>");
            assertThat(String.valueOf(mail.getContent())).contains("xpected status 2xx", "503");
        } finally {
            server.stop();
        }
        assertThat(send("email", values)).isInstanceOf(Delivery.Failed.class);
    }

    @Test
    void runsACommandOfTheFileWithTheTextAsItsInput(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        var fields = new Fields(
                Map.of("command", List.of("sh", "-c", "cat > \"$0\"; echo $SENSE_ID >> \"$0\"", out.toString())),
                (key, message) -> {
                    throw new AssertionError(key + " " + message);
                });
        var notifier = parser.notifierTypes().get("command").reader().apply(fields);
        assertThat(notifier.send(alert(Duration.ZERO))).isEqualTo(new Delivery.Accepted());
        assertThat(Files.readString(out)).startsWith("[DOWN] The <shop>\n").endsWith("abc-7-opened\n");
    }
}
