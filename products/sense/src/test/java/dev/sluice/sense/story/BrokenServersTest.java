package dev.sluice.sense.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.SenseProgram;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.tls.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real servers break, each in a different way. The wall in Chromium, a mail server and a receiver for each
/// service's format report each outage once, with the reason, and each recovery once.
@Tag("alone") // Its long form measures when alerts come.
class BrokenServersTest {
    private static final String PASSWORD = "secret";
    private static final Duration LONG = Duration.ofDays(60);

    /// The check that runs a program can be defined only in the file.
    private static final String PROGRAM = """
            [[check]]
            name = "program"
            type = "command"
            interval = "1s"
            retry = "1s"
            failures = 2
            command = ["test", "-e", "%s"]
            """;

    /// The expectation of each check, and what is found instead.
    /// Their targets answer correctly, with a certificate that expires soon.
    private static final Set<String> WARNINGS = Set.of("https", "tls-left");

    private static final Map<String, List<String>> REASONS = Map.ofEntries(
            Map.entry("status", List.of("status 2xx", "503")),
            Map.entry("header", List.of("header X-Version with '7'", "no such header")),
            Map.entry("text", List.of("a body with 'all well'", "unwell")),
            Map.entry("json", List.of("$.status = ok", "broken")),
            Map.entry("latency", List.of("an answer within 2 s", "none")),
            Map.entry("https", List.of("a certificate valid for 14 d", "left")),
            Map.entry("tls-left", List.of("a certificate valid for 14 d", "left")),
            Map.entry("tls-chain", List.of("a trusted certificate", "untrusted")),
            Map.entry("tls-name", List.of("a trusted certificate", "localhost")),
            Map.entry("dns-value", List.of("192.0.2.7", "192.0.2.8")),
            Map.entry("dns-silent", List.of("an answer within 2 s", "none")),
            Map.entry("tcp", List.of("'220'", "nothing")),
            Map.entry("socket", List.of("an answer within 2 s", "none")),
            Map.entry("stream", List.of("an event", "the stream ended")),
            Map.entry("program", List.of("exit code 0", "1")),
            Map.entry("job-fails", List.of("exit code 0", "3")),
            Map.entry("job-silent", List.of("a heartbeat within 10s", "none for")),
            Map.entry("server-1", List.of("", "")));

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicBoolean isBroken = new AtomicBoolean();
    private final AtomicInteger sequence = new AtomicInteger();
    private final TestCertificates certificates = new TestCertificates();
    private final SSLContext good = certificate(certificates, LONG, "localhost");
    private URI sense;

    @TempDir
    private Path folder;

    private static SSLContext certificate(TestCertificates authority, Duration time, String name) {
        return authority.client(authority.forServer(Instant.now(), time, name));
    }

    private Sluice target() {
        return Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/status", _ -> Response.empty().status(isBroken.get() ? 503 : 200))
                .get(
                        "/header",
                        _ -> isBroken.get()
                                ? Response.empty()
                                : Response.empty().header("X-Version", "7"))
                .get("/text", _ -> Response.text(isBroken.get() ? "unwell" : "all well"))
                .get("/json", _ -> Response.json(Map.of("status", isBroken.get() ? "broken" : "ok")))
                .get("/latency", _ -> {
                    while (isBroken.get()) TimeUnit.MILLISECONDS.sleep(50);
                    return Response.empty();
                })
                .sse("/stream", stream -> {
                    if (!isBroken.get()) stream.send("tick");
                })
                .ws(
                        "/socket",
                        socket -> socket.onText(text -> {
                            if (!isBroken.get()) socket.send("echo " + text);
                        }))
                .start();
    }

    @Test
    void areReportedOnceOnTheWallByMailAndByEachServiceAndSoIsTheirRecovery() throws Exception {
        Path running = Files.createFile(folder.resolve("running"));
        try (var target = target();
                var greeting = new GreetingTarget(isBroken);
                var services = new Services();
                var https = new TlsTarget(good);
                var left = new TlsTarget(good);
                var chain = new TlsTarget(good);
                var name = new TlsTarget(good);
                var value = new NameTarget();
                var silent = new NameTarget()) {
            Files.writeString(folder.resolve("sense.toml"), services.toml() + PROGRAM.formatted(running));
            Process process = SenseProgram.start(
                    folder,
                    "-Djavax.net.ssl.trustStore=" + trusted(),
                    "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
            try (var jobs = Executors.newSingleThreadScheduledExecutor();
                    var browser = Browser.english().on(1440, 900, "light")) {
                Await.that(() -> Files.exists(folder.resolve("uri")));
                sense = URI.create(Files.readString(folder.resolve("uri")) + "/sense/");
                put("status", "http", Map.of("url", target.uri() + "/status"));
                put("stream", "sse", Map.of("url", target.uri() + "/stream"));
                put(
                        "header",
                        "http",
                        Map.of("url", target.uri() + "/header", "expect_header", Map.of("X-Version", "7")));
                put("text", "http", Map.of("url", target.uri() + "/text", "expect_text", "all well"));
                put("json", "http", Map.of("url", target.uri() + "/json", "expect_json", Map.of("$.status", "ok")));
                put("latency", "http", Map.of("url", target.uri() + "/latency", "timeout", "2s"));
                put("https", "http", Map.of("url", "https://localhost:" + https.port(), "certificate_left", "14d"));
                put("tls-left", "tls", Map.of("host", "localhost", "port", left.port()));
                put("tls-chain", "tls", Map.of("host", "localhost", "port", chain.port()));
                put("tls-name", "tls", Map.of("host", "localhost", "port", name.port()));
                put("dns-value", "dns", dns(value));
                put("dns-silent", "dns", dns(silent));
                put("tcp", "tcp", Map.of("host", "localhost", "port", greeting.port(), "expect_text", "220"));
                String socket = target.uri().toString().replace("http", "ws") + "/socket";
                put("socket", "websocket", Map.of("url", socket, "send", "hi", "expect_text", "echo", "timeout", "2s"));
                String fails = put("job-fails", "heartbeat", Map.of("period", "1h"));
                String silence = put("job-silent", "heartbeat", Map.of("period", "5s", "grace", "5s"));
                put("server-1", "server", Map.of());
                jobs.scheduleAtFixedRate(() -> report(fails, silence), 0, 500, TimeUnit.MILLISECONDS);

                int all = REASONS.size();
                for (String service : services.texts().keySet()) // As an operator would do before relying on it.
                send("POST", "api/notifiers/" + service + "/test", "");
                browser.open(sense);
                browser.await("document.getElementById('headline').textContent === 'All " + all + " checks are up'");

                https.show(certificate(certificates, Duration.ofDays(5), "localhost"));
                left.show(certificate(certificates, Duration.ofDays(5), "localhost"));
                chain.show(certificate(new TestCertificates(), LONG, "localhost"));
                name.show(certificate(certificates, LONG, "shop.example"));
                value.say("192.0.2.8");
                silent.say("");
                Files.delete(running);
                isBroken.set(true);
                Await.that(() -> services.haveAll(1 + all));
                int warnings = WARNINGS.size();
                browser.await("document.getElementById('headline').textContent.startsWith('" + (all - warnings) + " of "
                        + all + " down')");
                browser.await("[...document.querySelectorAll('.sense-tile .sense-word')]"
                        + ".filter(word => word.textContent === 'Warning').length === " + warnings);
                assertThat(browser.texts(".sense-tile .sense-word"))
                        .containsOnly("Down", "Warning")
                        .hasSize(all);
                REASONS.forEach((check, reason) -> services.texts()
                        .forEach((service, texts) -> assertThat(texts)
                                .as(service + " of " + check)
                                .filteredOn(text ->
                                        isAbout((WARNINGS.contains(check) ? "[WARNING] " : "[DOWN] ") + check, text))
                                .singleElement()
                                .asString()
                                .contains(reason)));
                assertThat(browser.texts(".sense-answer")).anyMatch(text -> text.contains("status 2xx, found 503"));
                if (Boolean.getBoolean("sluice.long")) assertInTime();

                for (TlsTarget each : List.of(https, left, chain, name)) each.show(good);
                value.say("192.0.2.7");
                silent.say("192.0.2.7");
                Files.createFile(running);
                isBroken.set(false);
                browser.await("document.getElementById('headline').textContent === 'All " + all + " checks are up'");
                Await.that(() -> services.haveAll(1 + 2 * all));
                for (String service : services.texts().keySet()) // A marker: no other message is in flight.
                send("POST", "api/notifiers/" + service + "/test", "");
                services.texts().forEach((service, texts) -> {
                    assertThat(texts)
                            .as(service)
                            .hasSize(1 + 2 * all + 1)
                            .last()
                            .asString()
                            .contains("[TEST]");
                    for (String check : REASONS.keySet())
                        assertThat(texts)
                                .as(service + " of " + check)
                                .filteredOn(text -> isAbout(
                                        (WARNINGS.contains(check) ? "[WELL again] " : "[UP again] ") + check, text))
                                .hasSize(1);
                });
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /// Returns true for the first line, which some services show in bold.
    private static boolean isAbout(String subject, String text) {
        return text.lines().findFirst().orElse("").replace("*", "").equals(subject);
    }

    private Path trusted() throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setCertificateEntry("authority", certificates.authority());
        Path file = folder.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            keys.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static Map<String, Object> dns(NameTarget server) {
        return Map.of(
                "host", "shop.example",
                "server", "127.0.0.1",
                "port", server.port(),
                "expect_value", "192.0.2.7",
                "timeout", "2s");
    }

    /// @return the address at which the job of a heartbeat reports; empty for other types
    private String put(String name, String type, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.putAll(Map.of("type", type, "interval", "1s", "retry", "1s", "failures", 2));
        Object beat = SenseJson.object(send("PUT", "api/checks/" + name, SenseJson.write(all)))
                .get("beat");
        return beat == null ? "" : beat.toString();
    }

    /// Runs the jobs and agents all the time: broken ones end with a failure, or are silent.
    private void report(String fails, String silence) {
        try {
            boolean isWell = !isBroken.get();
            send("POST", fails + "?exit=" + (isWell ? 0 : 3), "");
            if (!isWell) return;
            send("POST", silence, "");
            String sample = "{\"at\":\"%s\",\"run\":\"a\",\"seq\":%d,\"interval_ms\":2000,\"uptime_s\":9,\"cpu\":7}"
                    .formatted(Instant.now(), sequence.incrementAndGet());
            send("POST", "/channels/sense/samples/server-1?type=server", sample);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Each service accepts the first alert within a second of its confirmation. Alerts that arrive together
    /// wait for each other.
    private void assertInTime() throws Exception {
        Map<String, Object> first = SenseJson.object(send("GET", "api/incidents/1", ""));
        Instant opened = Instant.parse(String.valueOf(first.get("opened")));
        for (Object alert : (List<?>) first.get("alerts"))
            assertThat(Instant.parse(String.valueOf(((Map<?, ?>) alert).get("at"))))
                    .as(first.toString())
                    .isBeforeOrEqualTo(opened.plusSeconds(1));
    }

    private String send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(sense.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        var answer = client.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as(method + " " + path + " " + answer.body())
                .isLessThan(300);
        return answer.body();
    }
}
