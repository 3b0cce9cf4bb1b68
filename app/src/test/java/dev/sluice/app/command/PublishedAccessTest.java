package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.TestKeys;
import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.config.AccessTables;
import dev.sluice.config.GrantEntry;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Verb;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A stranger at hubs with the keys and grants that the documents show: each block, each with the next one of its
/// page, and all of a page in one file, as readers paste them.
final class PublishedAccessTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TOML = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ACCESS = Pattern.compile("(?m)^(\\[\\[(key|grant)]]|(key|grant) = )");
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    @TempDir
    private static Path folder;

    @AutoClose
    private final HttpClient stranger =
            HttpClient.newBuilder().sslContext(CERTIFICATES.client(null)).build();

    /// @param page the page with the blocks
    /// @param text the text of the file
    private record Published(String page, String blocks, String text) {
        @Override
        public String toString() {
            return page + ", " + blocks;
        }
    }

    private static List<Path> pages() throws IOException {
        try (var top = Files.list(HOME);
                var docs = Files.list(HOME.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> blocks(Path page) throws IOException {
        return TOML.matcher(Files.readString(page))
                .results()
                .map(match -> match.group(1))
                .filter(text -> ACCESS.matcher(text).find())
                .toList();
    }

    static List<Published> published() throws IOException {
        List<Published> all = new ArrayList<>();
        for (Path page : pages()) {
            if (page.toString().endsWith(".zh-CN.md")) continue; // The same blocks, see below.
            List<String> blocks = blocks(page);
            Set<List<String>> files = new LinkedHashSet<>();
            for (int i = 0; i < blocks.size(); i++) {
                files.add(blocks.subList(i, i + 1));
                if (i > 0) files.add(blocks.subList(i - 1, i + 1));
            }
            if (!blocks.isEmpty()) files.add(blocks);
            for (List<String> file : files) {
                String numbers = "blocks from %d, %d of %d"
                        .formatted(blocks.indexOf(file.getFirst()) + 1, file.size(), blocks.size());
                all.add(new Published(HOME.relativize(page).toString(), numbers, String.join("\n", file)));
            }
        }
        return all;
    }

    @Test
    void areTheSameInBothLanguages() throws IOException {
        for (Path page : pages()) {
            if (!page.toString().endsWith(".zh-CN.md")) continue;
            Path english = Path.of(page.toString().replace(".zh-CN.md", ".md"));
            assertThat(withoutComments(blocks(page))).as(page.toString()).isEqualTo(withoutComments(blocks(english)));
        }
    }

    private static List<String> withoutComments(List<String> blocks) {
        return blocks.stream().map(text -> text.replaceAll(" *#.*", "")).toList();
    }

    /// Creates the files that the blocks name, in one folder. Once: keys and password hashes take long.
    @BeforeAll
    static void writeTheFilesThatBlocksName() throws Exception {
        secret("app.secret", "0123456789abcdef".repeat(4));
        secret(
                "alice.password",
                here().runWith("correct horse\ncorrect horse\n", "passwd", "alice")
                        .out());
        var pair = TestKeys.pair("RSA", 2_048);
        Files.writeString(
                folder.resolve("shop.pem"),
                PemFile.text("PUBLIC KEY", pair.getPublic().getEncoded()));
        var hub = CERTIFICATES.forLocalhost();
        Files.writeString(folder.resolve("hub.pem"), PemFile.text(hub.chain()));
        secret("hub.key", PemFile.text(hub.key()));
        Files.writeString(folder.resolve("clients.pem"), TestCertificates.pem(CERTIFICATES.authority()));
    }

    private static void secret(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static Terminal here() {
        return new Terminal(folder, Map.of());
    }

    @ParameterizedTest
    @MethodSource("published")
    void permitAStrangerOnlyWhatTheyName(Published published) throws Exception {
        String text = published.text().replace("/etc/sluice/", "").replace("port = 443", "port = 0");
        Path file = Files.writeString(folder.resolve("sluice.toml"), text);
        AccessTables access = ConfigurationFile.of(file).access();
        String port = text.contains("[[listen]]") ? "demos=false" : "port=0";
        try (Running serve = here().start("serve", "--memory", "--set", port)) {
            URI hub = URI.create(serve.url().replace("0.0.0.0", "localhost").replace("127.0.0.1", "localhost"));

            for (String channel : channels(access, Verb.SUBSCRIBE, true)) {
                assertThat(status(hub, "GET", channel)).as(channel).isEqualTo(200);
                assertThat(status(hub, "POST", channel)).as(channel).isIn(401, 403);
            }
            List<String> closed = new ArrayList<>(List.of("ledger", "ledger/2026/11"));
            for (Verb verb : Verb.values()) closed.addAll(channels(access, verb, false));
            for (String channel : closed) {
                // 503 if an application is asked, but does not exist.
                assertThat(status(hub, "GET", channel)).as(channel).isIn(401, 403, 503);
                assertThat(status(hub, "POST", channel)).as(channel).isIn(401, 403);
            }
            assertThat(serve.interrupt().err()).doesNotContain("Warning");
        }
    }

    /// A channel of each pattern that the grants to everybody name, or else of each that is named for one caller only,
    /// by `{sub}` or by a denial.
    private static List<String> channels(AccessTables access, Verb verb, boolean isOpen) {
        return access.grants().stream()
                .flatMap(grant -> grant.permissions().granted(verb).stream()
                        .map(permission -> pattern(permission))
                        .filter(pattern -> isOpen
                                ? grant.to().equals(GrantEntry.ANYONE) && !grant.isDenial()
                                : grant.isDenial() || pattern.contains("{sub}")))
                .map(pattern -> pattern.replace("{sub}", "alice")
                        .replace("**", "some/7")
                        .replace("*", "7"))
                .toList();
    }

    private static String pattern(Permission permission) {
        return permission.channels().value();
    }

    private int status(URI hub, String method, String channel) throws IOException, InterruptedException {
        var body = HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "hello" : "");
        var request =
                HttpRequest.newBuilder(hub.resolve("/channels/" + channel)).method(method, body);
        return stranger.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String inFolder(String text) {
        return text.replace(folder + "/", "");
    }

    @Test
    void detectsABlockThatOpensPrivateRooms() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                host = "0.0.0.0"
                port = 0
                [[key]]
                kid = "app"
                algorithm = "HS256"
                secret_file = "app.secret"
                [[grant]]
                to = "anyone"
                subscribe = ["**"]
                [[grant]]
                to = "authenticated"
                subscribe = ["rooms/{sub}/*"]
                publish = ["rooms/{sub}/*"]
                """);
        String warning = "'subscribe' on 'rooms/{sub}/*' in the [[grant]] to \"authenticated\" (sluice.toml:11) keeps"
                + " nobody out: the [[grant]] to \"anyone\" (sluice.toml:8) permits it on '**'. Name fewer channels"
                + " there if these are private.";
        try (Running serve = here().start("serve", "--memory")) {
            URI hub = URI.create(serve.url().replace("0.0.0.0", "localhost"));
            assertThat(status(hub, "GET", "rooms/alice/7")).isEqualTo(200);
            assertThat(inFolder(serve.interrupt().err())).contains("Warning: " + warning);
        }
        assertThat(inFolder(here().run("doctor", "--self").out()))
                .containsPattern("access +CHANGE")
                .contains(warning);
    }
}
