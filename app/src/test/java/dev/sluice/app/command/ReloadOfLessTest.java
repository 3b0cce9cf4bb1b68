package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A running hub whose configuration file loses any of its parts.
final class ReloadOfLessTest {
    private static final String OPS = StaticKeys.generate("ops", new SecureRandom());
    private static final String DEPUTY = StaticKeys.generate("deputy", new SecureRandom());

    private static final List<String> SETTINGS = List.of(
            "stop_time = \"7s\"\norigins = [\"https://shop.example\"]\ntrusted_proxies = [\"10.0.0.1\"]",
            "[limits]\nrequests_per_second = 100000",
            "[log]\naccess = false",
            "[http]\nstreams_max = 50",
            "[subscribe]\nlimit = 50",
            "[publish]\nevent_max = \"2MiB\"",
            "[memory]\nevents_max = 1000",
            "[auth]\nrevocations_max = 100\naudit_age = \"7d\"",
            "[hook]\nurl = \"http://127.0.0.1:9/decide\"",
            "[[listen]]\nport = 0",
            "[[listen]]\nport = 0\ncertificate_file = \"certificate.pem\"\nkey_file = \"key.pem\"\nclient_ca_file = \"ca.pem\"",
            "[[channel]]\nmatch = \"prices/*\"\nretention.max_events = 5");

    private static final List<String> ACCESS = List.of(
            administrator("ops", OPS),
            administrator("deputy", DEPUTY),
            "[[key]]\nkid = \"shop\"\nalgorithm = \"HS256\"\nsecret_file = \"secret\"\nsubscribe = [\"**\"]",
            "[[key]]\nkid = \"env\"\nalgorithm = \"HS256\"\nsecret_env = \"SHOP_SECRET\"",
            "[[key]]\nkid = \"carol\"\npassword_file = \"carol.hash\"\nsubscribe = [\"news\"]",
            "[[key]]\nkid = \"issuer\"\nalgorithm = \"RS256\"\njwks = \"http://127.0.0.1:9/jwks\"\nissuer = \"them\"\naudience = \"us\"",
            "[[key]]\nkid = \"machines\"\nclient_certificate = \"cn\"\nclient_ca_file = \"ca.pem\"",
            "[[grant]]\nto = \"anyone\"\nsubscribe = [\"lobby\"]",
            "[[grant]]\nto = \"authenticated\"\ndeny = true\nsubscribe = [\"rooms/{sub}/**\"]");

    @TempDir
    private Path folder;

    private static String administrator(String kid, String key) {
        return "[[key]]\nkid = \"%s\"\nhash = \"%s\"\nadmin = true".formatted(kid, StaticKeys.hash(key));
    }

    private void write(Predicate<String> isKept) throws IOException {
        List<String> parts = new ArrayList<>(SETTINGS);
        parts.addAll(ACCESS);
        Path next = folder.resolve("next.toml");
        Files.writeString(
                next, String.join("\n\n", parts.stream().filter(isKept).toList()) + "\n");
        Files.move(next, folder.resolve("sluice.toml"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void reportsSettingsThatNeedARestartAndNeverFails() throws Exception {
        var certificates = new TestCertificates();
        TestCertificates.write(folder, certificates.forLocalhost());
        Files.writeString(folder.resolve("ca.pem"), TestCertificates.pem(certificates.authority()));
        Files.writeString(folder.resolve("secret"), "s".repeat(40));
        var there = new Terminal(folder, Map.of("SHOP_SECRET", "e".repeat(40)));
        var hash = there.runWith("correct horse battery\n", "passwd", "carol");
        assertThat(hash.exitCode()).as(hash.err()).isZero();
        Files.writeString(folder.resolve("carol.hash"), hash.out());
        write(_ -> true);
        try (var serve = there.start("serve", "--memory");
                var http = HttpClient.newHttpClient()) {
            URI reload = URI.create(serve.url() + "/reload");
            List<Predicate<String>> all = new ArrayList<>();
            for (String part : SETTINGS) all.add(each -> !each.equals(part));
            for (String part : ACCESS) all.add(each -> !each.equals(part));
            all.add(each -> !each.startsWith("[[listen]]"));
            all.add(each -> !each.startsWith("[[grant]]"));
            all.add(each -> !ACCESS.contains(each) || each.equals(ACCESS.getFirst()));
            for (Predicate<String> isKept : all) {
                write(isKept);
                assertThat(reload(http, reload).statusCode()).isIn(200, 422);
                write(_ -> true);
                assertThat(reload(http, reload).body()).contains("\"needsRestart\":[]");
            }

            write(each -> SETTINGS.contains(each) && !each.startsWith("[hook]"));
            var unguarded = reload(http, reload);
            assertThat(unguarded.statusCode()).as(unguarded.body()).isEqualTo(200);
            assertThat(unguarded.body()).contains("[[key]], [[grant]]", "hook.url");
            write(_ -> false);
            assertThat(reload(http, reload).statusCode()).isEqualTo(200);
            assertThat(send(http, URI.create(serve.url() + "/settings"), OPS, "GET")
                            .body())
                    .as("the keys before stay in force")
                    .contains("\"kid\":\"shop\"");
        }
    }

    @Test
    void refusesToLoseAllKeysWhereOthersCanReachTheHub() throws Exception {
        String open = "host = \"0.0.0.0\"\nport = 0\n";
        Path file = folder.resolve("sluice.toml");
        Files.writeString(file, open + administrator("ops", OPS));
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--memory");
                var http = HttpClient.newHttpClient()) {
            URI hub = URI.create("http://127.0.0.1:" + URI.create(serve.url()).getPort());
            Files.writeString(file, open);
            var refused = reload(http, hub.resolve("/reload"));
            String mistake = "The host '0.0.0.0' (" + file + ":1) is not loopback";
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
            assertThat(refused.body()).contains(mistake);
            assertThat(send(http, hub.resolve("/settings"), OPS, "GET").body()).contains(mistake);
        }
    }

    /// One administrator's key may be gone.
    private static HttpResponse<String> reload(HttpClient http, URI uri) throws Exception {
        HttpResponse<String> answer = send(http, uri, OPS, "POST");
        return answer.statusCode() == 401 ? send(http, uri, DEPUTY, "POST") : answer;
    }

    private static HttpResponse<String> send(HttpClient http, URI uri, String key, String method) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + key)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
