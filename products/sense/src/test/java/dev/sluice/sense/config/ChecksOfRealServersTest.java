package dev.sluice.sense.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Responder;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.TlsCheck;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.Database;
import dev.sluice.server.tls.TestCertificates;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Each kind of check with a real server, which works first and is then broken in the ways that the check
/// detects.
class ChecksOfRealServersTest {
    private static final Map<String, String> NAMES = Map.of(
            "shop.example. A", "192.0.2.7",
            "shop.example. AAAA", "2001:db8::1",
            "shop.example. TXT", "\"a long \\\"key\\\" \" \"of two parts\"",
            "shop.example. CNAME", "Web.EXAMPLE.",
            "shop.example. MX", "10 Mail.example.",
            "xn--mnchen-3ya.example. A", "192.0.2.8");

    private static final AtomicInteger STATUS = new AtomicInteger(200);
    private static final AtomicReference<String> BODY = new AtomicReference<>("");
    private static Sluice server;

    private final Database database = Database.inMemory();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private final HeartbeatLog heartbeats = new HeartbeatLog(database, clock);
    private final DefinitionParser parser = new DefinitionParser(
            CheckTypes.all(
                    heartbeats,
                    new ServerRegistry(new ServerStore(database), InstantSource.system()),
                    InstantSource.system()),
            Map.of());

    @BeforeAll
    static void start() {
        server = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get(
                        "/app",
                        _ -> Response.of("application/json", BODY.get().getBytes(StandardCharsets.UTF_8))
                                .status(STATUS.get())
                                .header("X-Version", "7"))
                .get("/moved", _ -> Response.empty().status(302).header("Location", "/app"))
                .sse("/events", stream -> stream.send("tick 1"))
                .sse("/silent", _ -> {})
                .ws("/echo", socket -> socket.onText(text -> socket.send("echo " + text)))
                .ws("/binary", socket -> socket.send(new byte[] {8, 2, 'o', 'k', -1}))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Outcome run(String type, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.putIfAbsent("name", "a");
        all.put("type", type);
        return parser.check(all).check().run();
    }

    private static String url(String path) {
        return server.uri() + path;
    }

    private static void assertPassed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Passed.class);
    }

    private static void assertFailed(Outcome outcome, String expected, String found) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.failure().expected()).contains(expected);
            assertThat(failed.failure().found()).contains(found);
        });
    }

    /// Headers and bodies contain keys of the origin for which they were given.
    @Test
    void takesNoHeaderAndNoBodyToAnotherOrigin() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        Responder told = request -> {
            seen.add(request.method() + " " + request.header("X-Api-Key").orElse("none") + " " + request.text());
            return Response.text("ok");
        };
        try (var other = Sluice.inMemory()
                        .port(0)
                        .withoutShutdownHook()
                        .get("/end", told)
                        .post("/end", told)
                        .start();
                var first = Sluice.inMemory()
                        .port(0)
                        .withoutShutdownHook()
                        .get("/end", told)
                        .post("/end", told)
                        .get("/away", _ -> moved(302, other.uri() + "/end"))
                        .post("/away", _ -> moved(302, other.uri() + "/end"))
                        .post("/same", _ -> moved(307, "end"))
                        .post("/kept", _ -> moved(308, other.uri() + "/end"))
                        .get("/round", _ -> moved(302, "/round"))
                        .start()) {
            Map<String, Object> values =
                    Map.of("headers", Map.of("X-Api-Key", "s3cret"), "body", "{}", "method", "POST");
            Map<String, Object> get = Map.of("headers", Map.of("X-Api-Key", "s3cret"));
            assertPassed(run("http", with(get, first.uri() + "/away")));
            assertPassed(run("http", with(values, first.uri() + "/away")));
            assertPassed(run("http", with(values, first.uri() + "/same")));
            assertFailed(run("http", with(values, first.uri() + "/kept")), "status 2xx", "308");
            assertFailed(run("http", with(get, first.uri() + "/round")), "status 2xx", "302");
            assertThat(seen).containsExactly("GET none ", "GET none ", "POST s3cret {}");
        }
    }

    private static Response moved(int status, String to) {
        return Response.empty().status(status).header("Location", to);
    }

    private static Map<String, Object> with(Map<String, Object> values, String url) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("url", url);
        return all;
    }

    @Test
    void asksAWebApplicationForStatusHeaderTextJsonAndLatency() throws Exception {
        Map<String, Object> values = Map.of(
                "url", url("/app"),
                "expect_text", "ok",
                "expect_header", Map.of("X-Version", "7"),
                "expect_json", Map.of("$.checks[0].status", "ok", "$['free space']", 12));
        BODY.set("{\"checks\": [{\"status\": \"ok\"}], \"free space\": 12}");
        assertPassed(run("http", values));
        assertPassed(run("http", Map.of("url", url("/moved"))));
        assertFailed(run("http", Map.of("url", url("/moved"), "follow_redirects", false)), "status 2xx", "302");
        assertFailed(
                run("http", Map.of("url", url("/app"), "expect_header", Map.of("X-Version", "8"))), "X-Version", "7");
        assertFailed(run("http", Map.of("url", url("/app"), "expect_text", "well")), "well", "checks");

        BODY.set("{\"checks\": [{\"status\": \"ok, but slow\"}], \"free space\": 12}");
        assertFailed(run("http", values), "$.checks[0].status = ok", "ok, but slow");
        BODY.set("<html>ok</html>");
        assertFailed(run("http", values), "$", "no JSON");
        STATUS.set(503);
        assertFailed(run("http", values), "status 2xx", "503");
        STATUS.set(200);
    }

    @Test
    void opensTcpConnectionsAndReadsWhatTheServiceSays() throws Exception {
        Map<String, Object> values = new HashMap<>(Map.of("host", "127.0.0.1"));
        Thread accepting;
        try (var service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            accepting = Thread.ofVirtual().start(() -> {
                while (true) {
                    try (Socket socket = service.accept()) {
                        socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.UTF_8));
                    } catch (java.io.IOException closed) {
                        return;
                    }
                }
            });
            values.put("port", service.getLocalPort());
            assertPassed(run("tcp", values));
            Map<String, Object> greeted = new HashMap<>(values);
            greeted.put("expect_text", "220");
            assertPassed(run("tcp", greeted));
            greeted.put("expect_text", "250");
            assertFailed(run("tcp", greeted), "250", "220 ready");
        }
        accepting.join(); // The port is free only after the thread has stopped accepting.
        assertFailed(run("tcp", values), "a connection", "connection refused");
        assertFailed(run("tcp", Map.of("host", "no-such-host.invalid", "port", 1)), "a connection", "unknown host");
    }

    @Test
    void verifiesChainNameAndTimeLeftOfACertificate() throws Exception {
        var certificates = new TestCertificates();
        var own = certificates.forServer(Instant.now(), Duration.ofDays(5), "localhost");
        var trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("a", certificates.authority());
        var network = Network.of(Dns.SYSTEM, trust);
        try (var service = certificates
                .client(own)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!service.isClosed()) {
                    try (Socket socket = service.accept()) {
                        assertThat(socket.getInputStream().read()).isNegative();
                    } catch (java.io.IOException refused) {
                        // By a check that does not trust it, or at the end of the test.
                    }
                }
            });
            int port = service.getLocalPort();
            var system = InstantSource.system();
            Duration time = Duration.ofSeconds(10);
            assertPassed(new TlsCheck(network, "127.0.0.1", port, time, "localhost", Duration.ofDays(2), system).run());
            assertFailed(
                    new TlsCheck(network, "127.0.0.1", port, time, "localhost", Duration.ofDays(14), system).run(),
                    "valid for 14 d",
                    "4 d left");
            assertFailed(
                    new TlsCheck(network, "127.0.0.1", port, time, "shop.example", Duration.ZERO, system).run(),
                    "for shop.example",
                    "untrusted");
            assertFailed(
                    run("tls", Map.of("host", "127.0.0.1", "port", port, "server_name", "localhost")),
                    "a trusted certificate",
                    "");
            InstantSource later = () -> Instant.now().plus(Duration.ofDays(6));
            assertFailed(
                    new TlsCheck(network, "127.0.0.1", port, time, "localhost", Duration.ofDays(1), later).run(),
                    "valid",
                    "expired 1 d ago");
        }
        assertFailed(run("tls", Map.of("host", "127.0.0.1", "port", 1)), "a trusted certificate", "refused");
    }

    @Test
    void asksANameServerForARecordAndItsValue() throws Exception {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerNames(socket));
            Map<String, Object> values =
                    new HashMap<>(Map.of("host", "shop.example", "server", "127.0.0.1", "port", socket.getLocalPort()));
            assertPassed(run("dns", values));
            values.put("expect_value", "192.0.2.7");
            assertPassed(run("dns", values));
            values.put("expect_value", "192.0.2.8");
            assertFailed(run("dns", values), "192.0.2.8", "192.0.2.7");
            values.put("host", "gone.example");
            assertFailed(run("dns", values), "192.0.2.8", "not found");
        }
    }

    /// As `dig` and people write them, and not as the library does.
    @Test
    void comparesTheValueOfARecordInAnyFormInWhichItIsWritten() throws Exception {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerNames(socket));
            Map<String, Object> values =
                    new HashMap<>(Map.of("host", "shop.example", "server", "127.0.0.1", "port", socket.getLocalPort()));
            for (var expected : Map.of(
                            "AAAA", List.of("2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
                            "TXT", List.of("a long \"key\" of two parts", "\"a long \\\"key\\\" \" \"of two parts\""),
                            "CNAME", List.of("web.example", "web.example.", "Web.Example"),
                            "MX", List.of("10 mail.example", "10 Mail.Example."))
                    .entrySet()) {
                values.put("record", expected.getKey());
                for (String each : expected.getValue()) {
                    values.put("expect_value", each);
                    assertPassed(run("dns", values));
                }
            }
            values.putAll(Map.of("record", "AAAA", "expect_value", "2001:db8::2"));
            assertFailed(run("dns", values), "2001:db8::2", "2001:db8:0:0:0:0:0:1");
            values.put("expect_value", "no address");
            assertFailed(run("dns", values), "no address", "2001:db8:0:0:0:0:0:1");
            values.putAll(Map.of("record", "A", "expect_value", "192.0.2.8", "host", "münchen.example"));
            assertPassed(run("dns", values));
            values.put("host", "\u00fc".repeat(64) + ".example");
            assertThat(catching("dns", values)).contains("'host'");
        }
    }

    /// The check must return the server's answer: most systems have this name in their hosts file.
    @Test
    void asksTheNameServerAndNotTheHostsFile() throws Exception {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerNames(socket));
            Map<String, Object> values =
                    Map.of("host", "localhost", "server", "127.0.0.1", "port", socket.getLocalPort());
            assertFailed(run("dns", values), "a record", "not found");
        }
    }

    /// Like the system's resolver (resolv.conf(5)), which also reads a changed list.
    @Test
    void asksTheNextNameServerOfTheSystemWhereTheFirstIsSilent() throws Exception {
        String before = System.getProperty("dns.server");
        ResolverConfig.refresh(); // Reads the servers before they change.
        try (var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerNames(socket));
            System.setProperty(
                    "dns.server", "127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + socket.getLocalPort());
            assertPassed(run("dns", Map.of("host", "shop.example", "expect_value", "192.0.2.7")));
        } finally {
            if (before == null) System.clearProperty("dns.server");
            else System.setProperty("dns.server", before);
        }
    }

    /// A name server that knows these names.
    private static void answerNames(DatagramSocket socket) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                var query = new Message(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
                Record question = query.getQuestion();
                var answer = new Message(query.getHeader().getID());
                answer.getHeader().setFlag(Flags.QR);
                answer.addRecord(question, Section.QUESTION);
                String value = NAMES.get(question.getName() + " " + Type.string(question.getType()));
                if (value != null)
                    answer.addRecord(
                            Record.fromString(question.getName(), question.getType(), 1, 60, value, question.getName()),
                            Section.ANSWER);
                else answer.getHeader().setRcode(org.xbill.DNS.Rcode.NXDOMAIN);
                byte[] wire = answer.toWire();
                socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            }
        } catch (java.io.IOException closed) {
            return;
        }
    }

    @Test
    @Timeout(60)
    void opensWebSocketsAndStreamsAndWaitsForWhatTheySend() throws Exception {
        String socket = url("/echo").replace("http", "ws");
        assertPassed(run("websocket", Map.of("url", socket)));
        assertPassed(run("websocket", Map.of("url", socket, "send", "hi", "expect_text", "echo hi")));
        assertFailed(run("websocket", Map.of("url", socket.replace("echo", "app"))), "a WebSocket", "status");
        String binary = socket.replace("echo", "binary");
        assertThat(run("websocket", Map.of("url", binary, "expect_message", true)))
                .isInstanceOfSatisfying(
                        Outcome.Passed.class,
                        passed -> assertThat(passed.answer()).isEqualTo("5 bytes"));
        assertPassed(run("websocket", Map.of("url", binary, "expect_text", "ok")));
        assertPassed(run("sse", Map.of("url", url("/events"), "expect_text", "tick")));
        assertFailed(run("sse", Map.of("url", url("/events"), "expect_text", "tock")), "an event", "the stream ended");
        assertFailed(run("sse", Map.of("url", url("/silent"))), "an event", "the stream ended");
        assertFailed(run("sse", Map.of("url", url("/app"))), "event-stream", "application/json");
    }

    @Test
    void readsTheMetricsOfAHub() throws Exception {
        assertPassed(run("hub", Map.of("url", url("/"))));
        assertFailed(
                run("hub", Map.of("url", url("/"), "expect_max", Map.of("jvm_threads_current", "1"))),
                "≤ 1",
                "jvm_threads");
        assertFailed(
                run("hub", Map.of("url", url("/"), "expect_max", Map.of("no_such", "1"))), "no_such", "no such metric");
        try (var below = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/push/metrics", _ -> Response.text("lag 7\n"))
                .start()) {
            for (String path : List.of("push", "push/", "push/metrics")) {
                Map<String, Object> check = Map.of("url", below.uri() + "/" + path, "expect_max", Map.of("lag", "1"));
                assertFailed(run("hub", check), "lag ≤ 1", "lag = 7");
            }
        }
        try (var unknown = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/metrics", _ -> Response.text("lag NaN\n"))
                .start()) {
            Map<String, Object> check = Map.of("url", unknown.uri().toString(), "expect_max", Map.of("lag", "1"));
            assertFailed(run("hub", check), "lag ≤ 1", "lag = NaN");
        }
        assertFailed(run("hub", Map.of("url", "http://127.0.0.1:1")), "the metrics of a hub", "refused");
    }

    @Test
    void pingsHostsAndRunsCommandsOfTheFileOnly() throws Exception {
        assertPassed(run("ping", Map.of("host", "127.0.0.1")));
        assertThat(catching("ping", Map.of("host", "-f"))).contains("'host'");
        assertThat(catching("command", Map.of("command", List.of("true")))).contains("only be defined in the file");

        Map<String, CheckType> all = parser.checkTypes();
        assertPassed(command(all, "echo", "fine"));
        assertFailed(command(all, "sh", "-c", "echo broken; exit 3"), "exit code 0", "3: broken");
        assertThat(command(all, "sh", "-c", "exit 3"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.failure().found()).isEqualTo("3"));
        assertFailed(command(all, "/no/such/program"), "the program to run", "no/such");
        assertPassed(command(all, "sh", "-c", "head -c 1000000 /dev/zero"));
    }

    private Outcome command(Map<String, CheckType> all, String... arguments) throws InterruptedException {
        var fields = new Fields(Map.of("command", List.of(arguments)), (key, message) -> {
            throw new AssertionError(key + " " + message);
        });
        return all.get("command").reader().read(fields, "a").run();
    }

    private String catching(String type, Map<String, Object> values) throws Exception {
        try {
            return "no mistake: " + run(type, values);
        } catch (InvalidSenseException invalid) {
            return String.valueOf(invalid.getMessage());
        }
    }

    @Test
    void noticesJobsThatAreSilentFailOrTakeTooLong() throws Exception {
        var timed = new DefinitionParser(
                CheckTypes.all(heartbeats, new ServerRegistry(new ServerStore(database), clock), clock), Map.of());
        var check = timed.check(Map.of(
                        "name", "backup", "type", "heartbeat", "period", "1h", "grace", "5m", "expect_duration", "10m"))
                .check();
        String secret = heartbeats.secret("backup");
        assertThat(check.run()).isInstanceOf(Outcome.Unclear.class);
        pass(Duration.ofMinutes(66));
        assertFailed(check.run(), "a heartbeat within 65m", "none for");

        assertThat(heartbeats.finished(secret, 0)).contains("backup");
        assertPassed(check.run());
        assertThat(heartbeats.finished("wrong", 0)).isEmpty();
        heartbeats.finished(secret, 3);
        assertFailed(check.run(), "exit code 0", "3");

        pass(Duration.ofMinutes(1));
        heartbeats.started(secret);
        pass(Duration.ofMinutes(11));
        assertFailed(check.run(), "an end within 10m", "still running");
        heartbeats.finished(secret, 0);
        assertFailed(check.run(), "an end within 10m", "after 660 s");
        heartbeats.started(secret);
        pass(Duration.ofMinutes(2));
        heartbeats.finished(secret, 0);
        assertPassed(check.run());
    }

    /// Sense was killed for an hour and could receive no reports, so no job is to blame.
    @Test
    void countsASilenceOnlyWhileSenseCouldListen() throws Exception {
        Map<String, Object> job =
                Map.of("name", "backup", "type", "heartbeat", "period", "10m", "grace", "5m", "expect_duration", "20m");
        String secret = heartbeats.secret("backup");
        heartbeats.listens();
        heartbeats.finished(secret, 0);
        for (int i = 0; i < 40; i++) {
            pass(Duration.ofSeconds(15));
            heartbeats.listens();
        }
        pass(Duration.ofHours(1));
        var restarted = new HeartbeatLog(database, clock);
        restarted.listens();
        var check = new DefinitionParser(
                        CheckTypes.all(restarted, new ServerRegistry(new ServerStore(database), clock), clock),
                        Map.of())
                .check(job)
                .check();
        assertPassed(check.run());
        pass(Duration.ofHours(1));
        assertPassed(check.run()); // Before Sense notices that its machine slept, or that the network is back.
        for (int i = 0; i < 21; i++) {
            restarted.listens();
            pass(Duration.ofSeconds(15));
        }
        assertFailed(check.run(), "a heartbeat within 15m", "none for");
    }

    /// A machine without a battery for its clock starts with a wrong time, until it has reached its time server.
    @Test
    void blamesAJobForItsSilenceAfterAClockThatWasAheadIsSetBack() throws Exception {
        var check = new DefinitionParser(
                        CheckTypes.all(heartbeats, new ServerRegistry(new ServerStore(database), clock), clock),
                        Map.of())
                .check(Map.of("name", "backup", "type", "heartbeat", "period", "10m", "grace", "5m"))
                .check();
        String secret = heartbeats.secret("backup");
        heartbeats.listens();
        pass(Duration.ofHours(8));
        heartbeats.listens();
        heartbeats.finished(secret, 0);
        pass(Duration.ofHours(-8));
        for (int i = 0; i < 70; i++) {
            heartbeats.listens();
            pass(Duration.ofSeconds(15));
        }
        assertFailed(check.run(), "a heartbeat within 15m", "none for");
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }
}
