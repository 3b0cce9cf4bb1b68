package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.identity.StaticKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A hub on a file system of 512 MB with the default reserve of half of it. An endless upload of lines
/// resumes after the acknowledged ones whenever it breaks, while free space comes and goes. Revocations are
/// made while there is no free space.
final class FullDiskTest {
    private static final String MOUNT = "mount -t tmpfs -o size=512m tmpfs \"$0\" && exec \"$@\"";
    private static final String CONFIGURATION = """
            [storage]
            size_max = "20GiB"
            [[channel]]
            match = "**"
            retention.max_bytes = "10GiB"
            [[key]]
            kid = "ops"
            hash = "%s"
            admin = true
            [[key]]
            kid = "shop"
            algorithm = "HS256"
            secret_file = "%s"
            [[grant]]
            to = "anyone"
            subscribe = ["**"]
            publish = ["**"]
            delete = ["**"]
            """;
    private static final String OPERATOR = StaticKeys.generate("ops", new SecureRandom());
    private static final int BALLASTS = Boolean.getBoolean("sluice.long") ? 3 : 1;
    private static final int BALLAST_LINES = 1_200;
    private static final int REFUSED_MIN = 20;
    private static final Duration TIME_MAX = Duration.ofSeconds(240);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String noise = noise();

    /// Incompressible text.
    private static String noise() {
        byte[] bytes = new byte[15_000];
        new Random(1).nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void acceptsRevocationsAndStoresEachLineOfAnUploadOnce() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
        Path configuration = Files.writeString(
                folder.resolve("sluice.toml"), CONFIGURATION.formatted(StaticKeys.hash(OPERATOR), secret));
        List<String> shell = List.of("unshare", "--mount", "--map-root-user", "sh", "-c", MOUNT, disk.toString());
        try (client;
                HubProcess hub = new HubProcess(shell, disk.resolve("log"), "--config=" + configuration)) {
            for (int i = 0; i < BALLASTS; i++) upload(hub, "ballast/" + i, 0, BALLAST_LINES);
            int next = 0;
            for (int ballast = 0; ballast < BALLASTS; ballast++) {
                Upload.Answer answer = upload(hub, "lines", next, Integer.MAX_VALUE);
                assertThat(answer.status()).isEqualTo(507);
                assertThat(answer.body().path("line").asInt()).isEqualTo(answer.count() + 1);
                next += answer.count();
                revokes(hub, "user " + ballast);
                delete(hub, "ballast/" + ballast);
                next += uploadUntilSpaceIsFreed(hub, next);
            }
            assertThat(read(hub, "lines")).isEqualTo(numbers(next));
        }
    }

    /// Repeats the upload until space is freed in the middle of one.
    ///
    /// @return the number of lines accepted
    private int uploadUntilSpaceIsFreed(HubProcess hub, int from) throws Exception {
        long deadlineNs = System.nanoTime() + TIME_MAX.toNanos();
        for (int accepted = 0, refused = 0; ; refused++) {
            Upload.Answer answer = upload(hub, "lines", from + accepted, Integer.MAX_VALUE);
            accepted += answer.count();
            if (accepted > 0 && refused >= REFUSED_MIN) return accepted;
            if (System.nanoTime() > deadlineNs) throw new AssertionError("no space was freed:  " + answer);
        }
    }

    private Upload.Answer upload(HubProcess hub, String channel, int from, int lines) throws Exception {
        return Upload.send(URI.create(hub.url()), "/channels/" + channel + "?split=line", lines, line -> {
            return (from + line) + " " + noise;
        });
    }

    private void revokes(HubProcess hub, String user) throws Exception {
        var revocation = operator(hub, "/revocations")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sub\":\"" + user + "\"}"))
                .build();
        var revoked = client.send(revocation, HttpResponse.BodyHandlers.ofString());
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(201);
        var audit = operator(hub, "/channels/$audit?as=json&after=earliest&type=revoked&wait=60")
                .build();
        assertThat(client.send(audit, HttpResponse.BodyHandlers.ofString()).body())
                .contains("ops", user);
    }

    private static HttpRequest.Builder operator(HubProcess hub, String target) {
        return HttpRequest.newBuilder(URI.create(hub.url() + target))
                .header("Authorization", "Bearer " + OPERATOR)
                .timeout(Duration.ofSeconds(120));
    }

    private static List<Integer> numbers(int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) numbers.add(i);
        return numbers;
    }

    private void delete(HubProcess hub, String channel) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.url() + "/channels/" + channel))
                .timeout(Duration.ofSeconds(60))
                .DELETE();
        assertThat(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(204);
    }

    /// The numbers of all lines.
    private List<Integer> read(HubProcess hub, String channel) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        String cursor = "earliest";
        for (boolean more = true; more; ) {
            URI uri = URI.create(hub.url() + "/channels/" + channel + "?as=json&limit=1000&after=" + cursor);
            var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode page = JsonMapper.shared().readTree(answer.body());
            assertThat(page.has("gap")).isFalse();
            for (JsonNode event : page.path("events")) {
                String line = event.path("data").asString();
                numbers.add(Integer.parseInt(line.substring(0, line.indexOf(' '))));
            }
            cursor = page.path("cursor").asString();
            more = page.path("more").asBoolean();
        }
        return numbers;
    }
}
