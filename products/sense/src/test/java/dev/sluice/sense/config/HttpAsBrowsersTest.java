package dev.sluice.sense.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.story.RawServer;
import dev.sluice.server.tls.CertificateAuthority;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import dev.sluice.wire.HttpHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A check of type `http` finds what a person sees who opens the address in a newly started browser.
@Timeout(120)
class HttpAsBrowsersTest {
    private static final char[] NO_PASSWORD = new char[0];

    private final Database database = Database.inMemory();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final KeyStore trusted = store();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) each.close();
    }

    private Outcome run(String type, Map<String, Object> values, Dns dns) throws Exception {
        return check(type, values, dns).run();
    }

    private Check check(String type, Map<String, Object> values, Dns dns) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(Map.of("name", "a", "type", type));
        var clock = InstantSource.system();
        var types = CheckTypes.all(
                new HeartbeatLog(database, clock),
                new ServerRegistry(new ServerStore(database), clock),
                Network.of(dns, trusted),
                clock);
        return new DefinitionParser(types, Map.of()).check(all).check();
    }

    private Outcome http(String url, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.put("url", url);
        return run("http", all, HttpAsBrowsersTest::lookUp);
    }

    private static List<InetAddress> lookUp(String host) throws java.net.UnknownHostException {
        return List.of(host.endsWith(".test") ? InetAddress.getByName("127.0.0.1") : InetAddress.getByName(host));
    }

    private RawServer server(java.util.function.Function<String, byte[]> answers) throws IOException {
        var server = new RawServer(answers);
        open.add(server);
        return server;
    }

    private static void assertPassed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Passed.class);
    }

    private static void assertFailed(Outcome outcome, String found) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.failure().found()).contains(found));
    }

    private static String target(String head) {
        return head.split(" ", -1)[1];
    }

    @Test
    void makesANewConnectionForEachRun() throws Exception {
        var server = server(_ -> RawServer.answer("200 OK", "ok"));
        for (String connection : List.of("close", "keep-alive")) {
            Map<String, Object> values = Map.of("url", server.url("/"), "headers", Map.of("Connection", connection));
            Check check = check("http", values, HttpAsBrowsersTest::lookUp);
            int before = server.connections();
            assertPassed(check.run());
            assertPassed(check.run());
            assertThat(server.connections()).isEqualTo(before + 2);
        }
        server.stopListening();
        assertFailed(http(server.url("/"), Map.of()), "connection refused");
    }

    @Test
    void triesEachAddressOfAHost() throws Exception {
        var server = new RawServer("127.0.0.78", 0, _ -> RawServer.answer("200 OK", "ok"));
        open.add(server);
        List<InetAddress> deadAndLive =
                List.of(InetAddress.getByName("127.0.0.79"), InetAddress.getByName("127.0.0.78"));
        for (List<InetAddress> addresses : List.of(deadAndLive, deadAndLive.reversed())) {
            Dns dns = _ -> addresses;
            assertPassed(run("http", Map.of("url", "http://both.test:" + server.port() + "/"), dns));
            assertPassed(run("tcp", Map.of("host", "both.test", "port", server.port()), dns));
        }
        var sockets = new RawServer("127.0.0.78", 0, RawServer::upgrade);
        open.add(sockets);
        assertPassed(run("websocket", Map.of("url", "ws://both.test:" + sockets.port() + "/"), _ -> deadAndLive));
        server.stopListening();
        assertFailed(run("tcp", Map.of("host", "both.test", "port", server.port()), _ -> deadAndLive), "refused");
    }

    @Test
    void followsRedirectsAsBrowsersDo() throws Exception {
        Map<String, String> locations = Map.of(
                "/a b", "/a%20b",
                "?a=b|c", "/dir/r?a=b|c",
                "?f[a]=1&x={y}", "/dir/r?f[a]=1&x={y}",
                "?x=100%", "/dir/r?x=100%",
                "?x=1", "/dir/r?x=1",
                "next#part", "/dir/next",
                "//under_score.test:{port}/there", "/there");
        for (Map.Entry<String, String> each : locations.entrySet()) {
            var server = server(head -> target(head).equals("/dir/r") && !head.contains("under_score")
                    ? RawServer.answer("302 Found\r\nLocation: " + each.getKey().replace("{port}", port(head)), "")
                    : RawServer.answer("200 OK", "there"));
            assertPassed(http(server.url("/dir/r"), Map.of("expect_text", "there")));
            assertThat(target(server.heads().getLast())).isEqualTo(each.getValue());
        }
    }

    private static String port(String head) {
        return head.replaceAll("(?s).*Host: [^:]*:(\\d+).*", "$1");
    }

    @Test
    void takesCookiesAlongAndFollowsTwentyRedirects() throws Exception {
        var server = server(head -> {
            int step = Integer.parseInt(target(head).substring(1));
            if (step < 12)
                return RawServer.answer(
                        "302 Found\r\nLocation: /" + (step + 1) + "\r\nSet-Cookie: step" + step + "=s; Path=/", "");
            return RawServer.answer(head.contains("step0=s; step1=s") ? "200 OK" : "403 No", "");
        });
        assertPassed(http(server.url("/0"), Map.of("headers", Map.of("Cookie", "own=1"))));
        assertThat(server.heads().getLast()).contains("Cookie: own=1; step0=s");
    }

    @Test
    void decodesBodies() throws Exception {
        String text = "今天一切正常 é ".repeat(50);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // "all is well", compressed with Google's `brotli`.
        byte[] brotli = Base64.getDecoder().decode("CwWAYWxsIGlzIHdlbGwD");
        assertPassed(body("Content-Encoding: gzip", gzip(bytes), text.strip()));
        assertPassed(body("Content-Encoding: x-gzip, identity", gzip(bytes), text.strip()));
        assertPassed(body("Content-Encoding: deflate", deflate(bytes, false), text.strip()));
        assertPassed(body("Content-Encoding: deflate", deflate(bytes, true), text.strip()));
        assertPassed(body("Content-Encoding: br", brotli, "all is well"));
        assertPassed(body("Content-Encoding: deflate, gzip", gzip(deflate(bytes, false)), text.strip()));
        assertFailed(body("Content-Encoding: zstd", bytes, "x"), "unknown encoding zstd");
        assertFailed(body("Content-Encoding: gzip", bytes, "x"), "");
    }

    @Test
    void readsBodiesInTheirCharacterEncoding() throws Exception {
        byte[] chinese = "今天一切正常".getBytes(Charset.forName("GBK"));
        assertPassed(body("Content-Type: text/html; charset=GBK", chinese, "一切正常"));
        assertPassed(body("Content-Type: text/html; charset=\"gb2312\"", chinese, "一切正常"));
        byte[] html = "<html><meta http-equiv=Content-Type content='text/html; charset=gb2312'>今天一切正常"
                .getBytes(Charset.forName("GBK"));
        assertPassed(body("Content-Type: text/html", html, "一切正常"));
        byte[] latin = "schön – €".getBytes(Charset.forName("windows-1252"));
        assertPassed(body("Content-Type: text/plain; charset=iso-8859-1", latin, "schön – €"));
        assertPassed(
                body("Content-Type: text/plain; charset=nonsense", "schön".getBytes(StandardCharsets.UTF_8), "schön"));
        assertPassed(body("X: y", "\uFEFFschön".getBytes(StandardCharsets.UTF_16LE), "schön"));
    }

    @Test
    void readsJsonWithAByteOrderMark() throws Exception {
        var server = server(_ -> RawServer.answer("200 OK", "\uFEFF{\"status\":\"ok\"}"));
        assertPassed(http(server.url("/"), Map.of("expect_json", Map.of("$.status", "ok"))));
    }

    @Test
    void findsTextInLargePagesAndSaysWhatItDidNotRead() throws Exception {
        byte[] body = ("x".repeat(900_000) + " found").getBytes(StandardCharsets.UTF_8);
        assertPassed(body("X: y", body, "found"));
        byte[] larger = ("x".repeat(1_100_000) + " found").getBytes(StandardCharsets.UTF_8);
        assertFailed(body("X: y", larger, "found"), "it is not in the first 1024 KiB");
    }

    @Test
    void takesAStreamWithoutAnEndForAnAnswer() throws Exception {
        var events = server(_ -> "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n"
                .getBytes(StandardCharsets.UTF_8));
        assertPassed(http(events.url("/"), Map.of("headers", Map.of("Connection", "keep-alive"))));
        try (var flood = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> flood(flood));
            assertPassed(http("http://127.0.0.1:" + flood.getLocalPort() + "/", Map.of()));
        }
    }

    private static void flood(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] block = new byte[8192];
            while (true) socket.getOutputStream().write(block);
        } catch (IOException closed) {
            return;
        }
    }

    @Test
    void sendsWhatBrowsersSend() throws Exception {
        var server =
                server(_ -> RawServer.answer("200 OK\r\nContent-Length: 2", "ok")); // So the response has two lengths.
        assertPassed(http(server.url("/"), Map.of("expect_text", "ok")));
        assertThat(server.heads().getLast())
                .contains(
                        "\r\nAccept: */*\r\n",
                        "\r\nAccept-Encoding: gzip, deflate, br\r\n",
                        "\r\nConnection: close\r\n")
                .doesNotContain("Content-Length", "Upgrade");
        assertPassed(http(server.url("/"), Map.of("headers", Map.of("Host", "shop.example", "Connection", "close"))));
        assertThat(server.heads().getLast()).contains("\r\nHost: shop.example\r\n");
        assertPassed(http(
                server.url("/"),
                Map.of("method", "POST", "body", "{}", "headers", Map.of("Content-Type", "application/json"))));
        assertThat(server.heads().getLast())
                .startsWith("POST / ")
                .contains("\r\nContent-Type: application/json\r\n", "Content-Length: 2");
    }

    @Test
    void takesAddressesAsBrowsersDo() throws Exception {
        var server = server(_ -> RawServer.answer("204 No Content", ""));
        Map<String, String> targets = Map.of(
                "http://under_score.test:" + server.port() + "/a b|c?d=e|f", "/a%20b%7Cc?d=e|f",
                "http://bücher.test:" + server.port() + "/ü", "/%C3%BC");
        for (Map.Entry<String, String> each : targets.entrySet()) {
            assertPassed(http(each.getKey(), Map.of("expect_status", "200-203, 204-299")));
            assertThat(target(server.heads().getLast())).isEqualTo(each.getValue());
        }
        assertThat(server.heads().stream().anyMatch(head -> head.contains("Host: xn--bcher-kva.test")))
                .isTrue();
    }

    @Test
    void looksAtEachCertificateOfEachServerOnTheWay() throws Exception {
        Instant now = Instant.now();
        var lasting = new CertificateAuthority("Lasting", now, Duration.ofDays(90));
        var ending = new CertificateAuthority("Ending soon", now, Duration.ofDays(3));
        // These are trusted directly, so the authorities above them are only links of their chains.
        CertifiedKey good = chain(lasting, now, Duration.ofDays(90));
        CertifiedKey underEnding = chain(ending, now, Duration.ofDays(90));
        CertifiedKey shortLived = chain(lasting, now, Duration.ofDays(5));
        int target = tls(good, _ -> RawServer.answer("200 OK\r\nConnection: close", "ok"));
        int intermediate = tls(underEnding, _ -> RawServer.answer("200 OK\r\nConnection: close", "ok"));
        int hop = tls(
                shortLived,
                _ -> RawServer.answer(
                        "302 Found\r\nConnection: close\r\nLocation: https://localhost:" + target + "/", ""));

        Map<String, Object> left = Map.of("certificate_left", "14d");
        assertPassed(http("https://localhost:" + target + "/", left));
        assertFailed(http("https://localhost:" + intermediate + "/", left), "2 d left of Ending soon (localhost)");
        assertFailed(http("https://localhost:" + hop + "/", left), "4 d left of localhost");
        assertPassed(run("tls", Map.of("host", "localhost", "port", target), Dns.SYSTEM));
        assertFailed(
                run("tls", Map.of("host", "localhost", "port", intermediate), Dns.SYSTEM), "2 d left of Ending soon");
    }

    private CertifiedKey chain(CertificateAuthority authority, Instant now, Duration time) throws Exception {
        CertifiedKey leaf = authority.issue(CertificateAuthority.Use.SERVER, now, time, "localhost");
        Certificate certificate = leaf.chain().getFirst();
        trusted.setCertificateEntry("trusted " + trusted.size(), certificate);
        return new CertifiedKey(leaf.key(), List.of(leaf.chain().getFirst(), authority.certificate()));
    }

    /// Starts a server with a certificate and returns its port.
    private int tls(CertifiedKey key, java.util.function.Function<String, byte[]> answers) throws Exception {
        var accepting = new TestCertificates()
                .client(key)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        open.add(accepting);
        Thread.ofVirtual().start(() -> {
            while (!accepting.isClosed()) {
                try (Socket socket = accepting.accept()) {
                    HttpHead head = HttpHead.read(socket.getInputStream());
                    socket.getOutputStream().write(answers.apply(head.text()));
                } catch (IOException closed) {
                    continue;
                }
            }
        });
        return accepting.getLocalPort();
    }

    private static KeyStore store() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            return store;
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    private Outcome body(String header, byte[] body, String text) throws Exception {
        var server = server(_ -> RawServer.answer("200 OK\r\n" + header, body));
        return http(server.url("/"), Map.of("expect_text", text));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean isRaw) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var deflate = new DeflaterOutputStream(out, new Deflater(6, isRaw))) {
            deflate.write(bytes);
        }
        return out.toByteArray();
    }
}
