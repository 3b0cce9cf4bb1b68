package dev.sluice.sense.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.SenseProgram;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.Await;
import dev.sluice.server.tls.CertificateAuthority;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The time from a fault to its alert, with `interval` and `retry` of one second, and situations in which
/// other monitors raise a false alarm and Sense reports nothing. Prints the tables of `docs/evidence/seen.md`
/// with the numbers used there.
///
/// Each check has its own notifier. All notifiers are webhooks at a server that refuses upgrades.
@Tag("long")
class FaultToAlertTest {
    private static final char[] NO_PASSWORD = new char[0];
    private static final String PASSWORD = "secret";
    private static final Duration CALM = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int STORM = 60;

    private record Received(long ns, String id) {}

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, List<Received>> alerts = new ConcurrentHashMap<>();
    private final Map<String, Runnable> faults = new LinkedHashMap<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Instant now = Instant.now();
    private final KeyStore trusted = trusted();
    private RawServer receiver;
    private URI sense;

    @TempDir
    private Path folder;

    private interface Work {
        void run() throws Exception;
    }

    @BeforeEach
    void receive() throws IOException {
        receiver = opened(new RawServer(head -> {
            if (head.contains("Upgrade:")) return RawServer.answer("405 Method Not Allowed", "");
            String id = head.replaceAll("(?is).*\r\nwebhook-id: ([^\r]*)\r.*", "$1");
            of(head.split("[ /]", -1)[2]).add(new Received(System.nanoTime(), id));
            return RawServer.answer("200 OK", "");
        }));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private <T extends AutoCloseable> T opened(T each) {
        open.add(each);
        return each;
    }

    private List<Received> of(String check) {
        return alerts.computeIfAbsent(check, _ -> new CopyOnWriteArrayList<>());
    }

    private void fault(String check, Work work) {
        faults.put(check, () -> {
            try {
                work.run();
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    @Test
    void takesSecondsForEachKindOfFaultAndReportsNothingWithoutOne() throws Exception {
        Path hosts = folder.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost under_score.test\n127.0.0.79 both.test\n127.0.0.78 both.test\n");
        var silent = opened(new NameTarget());
        var second = opened(new NameTarget());
        silent.say("");
        Map<String, Map<String, Object>> checks = checks(second);
        var told = new AtomicInteger();
        var storm = opened(RawServer.of(""));
        String chat = opened(strictChat(told)).uri() + "/chat";
        List<String> paused = new CopyOnWriteArrayList<>();
        var texts = opened(Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .post("/s13", request -> {
                    paused.add(String.valueOf(SenseJson.object(request.text()).get("text")));
                    return Response.empty();
                })
                .start());
        StringBuilder toml = notifiers(checks.keySet());
        toml.append(notifier("s14", "slack", chat)).append(notifier("s13", "webhook", texts.uri() + "/s13"));
        start(
                toml,
                "-Djdk.net.hosts.file=" + hosts,
                "-Ddns.server=127.0.0.1:" + silent.port() + ",127.0.0.1:" + second.port(),
                "-Djavax.net.ssl.trustStore=" + stored(),
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
        for (var each : checks.entrySet()) if (!each.getKey().equals("s6")) put(each.getKey(), each.getValue());
        for (int i = 0; i < STORM; i++) put("s14-" + i, tcp(storm, "s14"));
        var pausing = opened(RawServer.of(""));
        put("s13", tcp(pausing, "s13"));
        Await.that(PATIENCE, () -> count("\"state\":\"up\"") >= checks.size() - 2 + STORM + 1, () -> states());
        put("s6", checks.get("s6"));
        Await.that(PATIENCE, () -> states().contains("unknown host"), () -> states());
        Files.writeString(hosts, "127.0.0.1 late.test\n", StandardOpenOption.APPEND); // After one of three runs.
        Await.that(PATIENCE, () -> count("\"state\":\"up\"") >= checks.size() - 1 + STORM + 1, () -> states());
        Await.that(() -> of("s2").size() == 1); // The warning.
        calm(CALM);
        Map<String, Integer> before = new TreeMap<>();
        checks.keySet().forEach(check -> before.put(check, of(check).size()));

        Map<String, Double> seconds = new LinkedHashMap<>();
        Map<String, Long> begun = new HashMap<>();
        faults.forEach((check, fault) -> {
            begun.put(check, System.nanoTime());
            fault.run();
        });
        for (String check : faults.keySet()) {
            int old = before.getOrDefault(check, 0);
            Await.that(PATIENCE, () -> of(check).size() > old, () -> "no alert of " + check + ": " + states());
            note(seconds, check, of(check).get(old).ns() - begun.get(check));
        }
        long stormed = System.nanoTime();
        storm.stopListening();
        Await.that(PATIENCE, () -> told.get() >= STORM, () -> "told " + told);
        note(seconds, "s14, the last of sixty", System.nanoTime() - stormed);
        pausing.stopListening();
        Await.that(PATIENCE, () -> !paused.isEmpty(), () -> "no alert of s13");
        Map<String, Object> definition = new HashMap<>(tcp(pausing, "s13"));
        definition.put("paused", true);
        put("s13", definition);
        Await.that(PATIENCE, () -> paused.size() > 1, () -> "nothing of the pause");

        System.out.println("alerts before the faults: " + before);
        before.remove("s2");
        assertThat(before.values()).as(before.toString()).containsOnly(0);
        assertThat(paused).hasSize(2).last().asString().startsWith("[PAUSED]");
        seconds.forEach((check, time) -> assertThat(time).as(check).isLessThan(60));
    }

    /// Returns the checks by name, and records the fault of each.
    private Map<String, Map<String, Object>> checks(NameTarget second) throws Exception {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        var kept = opened(new RawServer(_ -> RawServer.answer("200 OK", "ok")));
        all.put("s1", Map.of("url", kept.url("/"), "headers", Map.of("Connection", "keep-alive")));
        fault("s1", kept::stopListening);

        var lasting = new CertificateAuthority("Lasting", now, Duration.ofDays(90));
        var ending = new CertificateAuthority("Ending soon", now, Duration.ofDays(3));
        var contexts = new TestCertificates();
        var expiring = opened(new TlsTarget(contexts.client(chain(lasting, Duration.ofDays(5)))));
        all.put("s2", Map.of("url", "https://localhost:" + expiring.port() + "/", "certificate_left", "14d"));
        fault("s2", expiring::close);

        all.put("s3", http("s3", _ -> RawServer.answer("200 OK", "ok"), "127.0.0.1", "127.0.0.1", Map.of()));

        var names = opened(new NameTarget());
        all.put("s4", Map.of("type", "dns", "host", "localhost", "server", "127.0.0.1", "port", names.port()));
        fault("s4", () -> names.say(""));

        var chained = opened(new TlsTarget(contexts.client(chain(lasting, Duration.ofDays(90)))));
        CertifiedKey underEnding = chain(ending, Duration.ofDays(90));
        all.put("s5", Map.of("url", "https://localhost:" + chained.port() + "/", "certificate_left", "14d"));
        fault("s5", () -> chained.show(contexts.client(underEnding)));

        var flaps = new AtomicBoolean();
        var runs = new AtomicInteger();
        var flapping = opened(new RawServer(_ ->
                RawServer.answer(flaps.get() && runs.incrementAndGet() % 2 == 0 ? "502 Bad Gateway" : "200 OK", "ok")));
        all.put("s5b", Map.of("url", flapping.url("/")));
        fault("s5b", () -> flaps.set(true));

        all.put("s6", http("s6", _ -> RawServer.answer("200 OK", "ok"), "127.0.0.1", "late.test", Map.of()));
        all.put("s8", http("s8", _ -> RawServer.answer("200 OK", "ok"), "127.0.0.78", "both.test", Map.of()));
        all.put("s9", Map.of("type", "dns", "host", "shop.example", "expect_value", "192.0.2.7"));
        fault("s9", () -> second.say(""));
        all.put(
                "s10",
                http(
                        "s10",
                        head -> head.startsWith("GET /a%20b?c=d|e ")
                                ? RawServer.answer(head.contains("step=1") ? "200 OK" : "403 Forbidden", "")
                                : RawServer.answer(
                                        "302 Found\r\nLocation: /a b?c=d|e\r\nSet-Cookie: step=1; Path=/", ""),
                        "127.0.0.1",
                        "localhost",
                        Map.of()));
        byte[] body = gzip("今天一切正常".getBytes(Charset.forName("GBK")));
        var hangs = new AtomicBoolean();
        var encoded = opened(new RawServer(_ -> hangs.get()
                ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
                : RawServer.answer("200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html; charset=GBK", body)));
        all.put(
                "s11",
                Map.of(
                        "url", encoded.url("/"),
                        "expect_text", "一切正常",
                        "headers", Map.of("Connection", "keep-alive")));
        fault("s11", () -> hangs.set(true));
        all.put(
                "s12",
                http("s12", _ -> RawServer.answer("204 No Content", ""), "127.0.0.1", "under_score.test", Map.of()));
        return all;
    }

    /// Returns a check of a server whose fault is a response with 503.
    private Map<String, Object> http(
            String check, Function<String, byte[]> answers, String address, String host, Map<String, Object> more)
            throws IOException {
        var isBroken = new AtomicBoolean();
        var server = opened(new RawServer(
                address,
                0,
                head -> isBroken.get() ? RawServer.answer("503 Service Unavailable", "") : answers.apply(head)));
        fault(check, () -> isBroken.set(true));
        Map<String, Object> all = new HashMap<>(more);
        all.put("url", "http://" + host + ":" + server.port() + "/x y");
        return all;
    }

    private static Map<String, Object> tcp(RawServer server, String notifier) {
        return Map.of("type", "tcp", "host", "127.0.0.1", "port", server.port(), "notify", List.of(notifier));
    }

    /// A chat that accepts one message a second.
    private static Sluice strictChat(AtomicInteger told) {
        var last = new AtomicLong(System.nanoTime() - 2_000_000_000);
        var count = Pattern.compile("\\[DOWN(?:: (\\d+))?]");
        return Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .post("/chat", request -> {
                    long at = System.nanoTime();
                    if (at - last.get() < 1_000_000_000)
                        return Response.empty().status(429).header("Retry-After", "1");
                    last.set(at);
                    var found = count.matcher(request.text());
                    assertThat(found.find()).isTrue();
                    told.addAndGet(found.group(1) == null ? 1 : Integer.parseInt(found.group(1)));
                    return Response.text("ok");
                })
                .start();
    }

    /// Sense is killed and restarted, then has no network; both last longer than the shortest absence that
    /// counts.
    @Test
    void reportsNothingForAnAbsenceOfSenseOrAnOutageOfItsOwnNetwork() throws Exception {
        var network = new ArrayList<RawServer>();
        for (int i = 0; i < 6; i++) network.add(new RawServer(_ -> RawServer.answer("200 OK", "ok")));
        List<Integer> ports = network.stream().map(RawServer::port).toList();
        StringBuilder toml = new StringBuilder("witness = [\"127.0.0.1:" + ports.getLast() + "\"]\n");
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 5; i++) all.addAll(List.of("job" + i, "site" + i));
        toml.append(notifiers(all));
        Process process = start(toml);
        List<String> beats = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            beats.add(put("job" + i, Map.of("type", "heartbeat", "period", "3s", "grace", "2s")));
            put("site" + i, Map.of("url", "http://127.0.0.1:" + ports.get(i) + "/"));
        }
        var isCut = new AtomicBoolean();
        var isJobGone = new AtomicBoolean();
        try (var jobs = Executors.newSingleThreadScheduledExecutor()) {
            jobs.scheduleAtFixedRate(
                    () -> beats.stream().skip(isJobGone.get() ? 1 : 0).forEach(beat -> {
                        if (!isCut.get()) trying(() -> send("POST", beat, ""));
                    }),
                    0,
                    1,
                    TimeUnit.SECONDS);
            Await.that(PATIENCE, () -> count("\"state\":\"up\"") == 10, () -> states());
            process.destroyForcibly().waitFor();
            calm(Duration.ofSeconds(60));
            Files.delete(folder.resolve("uri"));
            int port = sense.getPort();
            launch(port);
            Await.that(PATIENCE, () -> count("\"state\":\"up\"") == 10, () -> states());
            calm(Duration.ofSeconds(10));
            System.out.println("S7, killed for 60 s, alerts: " + alerts);

            isCut.set(true);
            for (RawServer each : network) each.stopListening();
            calm(Duration.ofSeconds(40));
            for (RawServer each : network) each.close();
            network.clear();
            for (int each : ports) network.add(new RawServer("127.0.0.1", each, _ -> RawServer.answer("200 OK", "ok")));
            isCut.set(false);
            Await.that(PATIENCE, () -> count("\"state\":\"up\"") == 10, () -> states());
            calm(Duration.ofSeconds(10));
            System.out.println("S15, no network for 40 s, alerts: " + alerts);
            assertThat(alerts).isEmpty();

            long gone = System.nanoTime();
            isJobGone.set(true);
            network.getFirst().stopListening();
            for (String each : List.of("job0", "site0")) {
                Await.that(PATIENCE, () -> !of(each).isEmpty(), () -> "no alert of " + each);
                note(new HashMap<>(), each, of(each).getFirst().ns() - gone);
            }
            jobs.shutdownNow();
        }
        for (RawServer each : network) each.close();
    }

    private static void note(Map<String, Double> seconds, String check, long ns) {
        seconds.put(check, ns / 1e9);
        System.out.printf(Locale.ROOT, "fault to alert: %s %.1f s%n", check, ns / 1e9);
    }

    private static void trying(Work work) {
        try {
            work.run();
        } catch (Exception | AssertionError away) {
            return;
        }
    }

    /// Waits while nothing should be reported.
    private static void calm(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String notifier(String name, String type, String url) {
        return "[[notifier]]\nname = \"%s\"\ntype = \"%s\"\nurl = \"%s\"\n".formatted(name, type, url);
    }

    private StringBuilder notifiers(Set<String> names) {
        var all = new StringBuilder();
        for (String name : names) all.append(notifier(name, "webhook", receiver.url("/" + name)));
        return all;
    }

    private Process start(StringBuilder toml, String... options) throws Exception {
        Files.writeString(folder.resolve("sense.toml"), toml);
        return launch(0, options);
    }

    private Process launch(int port, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Dsense.port=" + port);
        Process process = SenseProgram.start(folder, all.toArray(String[]::new));
        open.add(() -> process.destroyForcibly().waitFor());
        Await.that(PATIENCE, () -> Files.exists(folder.resolve("uri")), () -> "Sense has not started");
        sense = URI.create(Files.readString(folder.resolve("uri")) + "/sense/");
        return process;
    }

    /// @return the address at which the job of a heartbeat reports; empty for other types
    private String put(String name, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of("type", "http", "interval", "1s", "retry", "1s"));
        all.put("notify", List.of(name));
        all.putAll(values);
        Object beat = SenseJson.object(send("PUT", "api/checks/" + name, SenseJson.write(all)))
                .get("beat");
        return beat == null ? "" : beat.toString();
    }

    private String states() {
        try {
            return send("GET", "api/checks", "");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private int count(String text) {
        return states().split(Pattern.quote(text), -1).length - 1;
    }

    private String send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(sense.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        var answer = client.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return answer.body();
    }

    private static KeyStore trusted() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            return store;
        } catch (Exception impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Returns a certificate that is trusted directly, so that the authority above it is only a link of its
    /// chain.
    private CertifiedKey chain(CertificateAuthority authority, Duration time) throws Exception {
        CertifiedKey leaf = authority.issue(CertificateAuthority.Use.SERVER, now, time, "localhost");
        trusted.setCertificateEntry("trusted " + trusted.size(), leaf.chain().getFirst());
        return new CertifiedKey(leaf.key(), List.of(leaf.chain().getFirst(), authority.certificate()));
    }

    private Path stored() throws Exception {
        Path file = folder.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
