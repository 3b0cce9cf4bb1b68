package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Running;
import dev.sluice.app.command.Terminal;
import dev.sluice.core.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServeTest {
    private static final Pattern READY = Pattern.compile("sluice \\S+ at (http://127\\.0\\.0\\.1:[0-9]+), log in (.+),"
            + " try: curl -d hello (\\S+)/channels/news");

    @TempDir
    private Path folder;

    @Test
    void printsOneLineWithItsAddressAndAWorkingCommand() throws Exception {
        try (var serve = here().start("serve", "--port", "0")) {
            var ready = READY.matcher(serve.firstLine());
            assertThat(ready.matches()).isTrue();
            assertThat(ready.group(2))
                    .isEqualTo(folder.toRealPath().resolve("data") + " (each channel keeps 7d, 100000 events, 64MiB)");
            assertThat(ready.group(3)).isEqualTo(ready.group(1));
            assertThat(post(ready.group(3) + "/channels/news", "hello").statusCode())
                    .isEqualTo(201);

            var ended = serve.interrupt();

            assertThat(ended.exitCode()).isEqualTo(130);
            assertThat(ended.out()).hasLineCount(1);
            assertThat(ended.err()).isEqualTo("sluice: Interrupted.\n");
        }
    }

    @Test
    void printsTheAddressForProbes() throws Exception {
        int free = Ports.free();
        try (var serve = here().start("serve", "--port", "0", "--memory", "--set", "admin_port=" + free)) {
            var probes = "http://127.0.0.1:" + free;

            assertThat(serve.firstLine()).contains(", probes at " + probes + ", log in memory ");
            assertThat(get(probes + "/livez").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void appliesTheConfiguration() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                port = 0
                origins = ["https://shop.example"]
                [publish]
                event_max = "5B"
                [[channel]]
                match = "short/*"
                retention.max_events = 1
                """);
        try (var serve = here().start("serve", "--origin", "https://other.example")) {
            var url = url(serve);
            var hub = new Terminal(folder, Map.of("SLUICE_URL", url));

            assertThat(post(url + "/channels/a", "12345").statusCode()).isEqualTo(201);
            assertThat(post(url + "/channels/a", "123456").statusCode()).isEqualTo(413);
            assertThat(post(url + "/channels/a", "1", "Origin", "https://other.example")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(post(url + "/channels/a", "1", "Origin", "https://shop.example")
                            .statusCode())
                    .isEqualTo(403);

            for (int i = 0; i < 100; i++) post(url + "/channels/short/a", "e" + i);
            hub.run("pub", "short/a", "", "--close");
            assertThat(hub.run("sub", "short/a", "--after", "earliest", "--json")
                            .out()
                            .lines()
                            .count())
                    .isLessThan(20);
        }
    }

    @Test
    void keepsTheNewestEventOfEachKeyForSnapshotsThroughTrims() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                port = 0
                [[channel]]
                match = "prices"
                retention = { max_events = 10, keep = "newest-of-key" }
                """);
        for (String memory : List.of("--memory", "--set=storage.tail_max=1KiB")) {
            try (var serve = here().start("serve", memory)) {
                var prices = url(serve) + "/channels/prices";
                for (var each : List.of("oil1", "tin1", "tea1", "rye1", "oil2", "tin2", "tea2")) {
                    post(prices + "?key=" + each.substring(0, 3), each);
                }
                post(prices + "?key=rye&remove=true", "");
                post(prices + "?split=line", "noise\n".repeat(50));
                post(prices + "?key=tin", "tin3");
                post(prices + "?split=line", "noise\n".repeat(50));

                assertThat(data(prices + "?snapshot=true")).containsExactly("oil2", "tea2", "tin3");
                assertThat(data(prices + "?after=earliest&type=message"))
                        .startsWith("oil2", "tea2", "tin3", "noise")
                        .hasSizeLessThan(20);
            }
        }
    }

    @Test
    void servesTheDemosUnlessTheConfigurationDisablesThem() throws Exception {
        try (var serve = here().start("serve", "--port", "0")) {
            assertThat(get(url(serve) + "/demos/").statusCode()).isEqualTo(200);
            assertThat(get(url(serve)).body()).contains("href=\"./demos/\"");
        }
        Files.writeString(folder.resolve("sluice.toml"), "demos = false\n");
        try (var serve = here().start("serve", "--port", "0")) {
            assertThat(get(url(serve) + "/demos/").statusCode()).isEqualTo(404);
            assertThat(get(url(serve)).body()).doesNotContain("/demos/");
        }
    }

    @Test
    void servesAFolderOfDocumentationOnRequest() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            assertThat(get(url(serve) + "/docs/").statusCode()).isEqualTo(404);
            assertThat(get(url(serve)).body()).doesNotContain("/docs/");
        }
        Files.createDirectories(folder.resolve("site/zh"));
        Files.writeString(folder.resolve("site/index.html"), "<title>Documentation</title>");
        Files.writeString(folder.resolve("site/zh/index.html"), "<title>文档</title>");
        try (var serve = here().start("serve", "--port", "0", "--memory", "--set", "docs=site")) {
            assertThat(get(url(serve) + "/docs/").body()).isEqualTo("<title>Documentation</title>");
            assertThat(get(url(serve) + "/docs/zh/").body()).isEqualTo("<title>文档</title>");
            assertThat(get(url(serve)).body()).contains("href=\"./docs/\"");
        }
    }

    @Test
    void endsIfTheFolderOfDocumentationIsMissing() throws Exception {
        var ended = here().run("serve", "--port", "0", "--memory", "--set", "docs=none");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).contains("'docs': there is no folder '" + folder.resolve("none") + "'");
    }

    @Test
    void servesTheDemosToOthersOnlyOnRequest() throws Exception {
        for (var open : List.of(List.of("--behind-proxy"), List.of("--insecure", "--host", "0.0.0.0"))) {
            assertThat(demos(open)).isEqualTo(404);
            assertThat(demos(Stream.concat(open.stream(), Stream.of("--demos")).toList()))
                    .isEqualTo(200);
        }
        assertThat(here().run("serve", "--insecure", "--host", "0.0.0.0", "--print-config")
                        .out())
                .containsPattern("(?m)^demos = false +# default$");
    }

    private int demos(List<String> options) throws Exception {
        var arguments = Stream.concat(Stream.of("serve", "--port", "0", "--memory"), options.stream());
        try (var serve = here().start(arguments.toArray(String[]::new))) {
            var port = URI.create(serve.url()).getPort();
            return get("http://127.0.0.1:" + port + "/demos/").statusCode();
        }
    }

    @Test
    void refusesForwardedRequestsWithoutAFlag() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            var refused = post(url(serve) + "/channels/a", "x", "X-Forwarded-For", "192.0.2.1");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("--behind-proxy");
        }
        try (var serve = here().start("serve", "--port", "0", "--memory", "--behind-proxy")) {
            var url = url(serve);
            serve.awaitErr("sluice: Warning: --behind-proxy lets everybody who can reach a proxy to " + url);
            assertThat(post(url + "/channels/a", "x", "X-Forwarded-For", "192.0.2.1")
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void allowsAnyHostName() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory", "--allow-host", "*")) {
            assertThat(url(serve)).startsWith("http://");
        }
    }

    private static HttpResponse<String> get(String url) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Accept", "text/html")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void keepsEventsOverRestartsUnlessInMemory() throws Exception {
        for (String where : new String[] {"--data=kept", "--memory"}) {
            try (var serve = here().start("serve", "--port", "0", where)) {
                assertThat(post(url(serve) + "/channels/news", "hello").statusCode())
                        .isEqualTo(201);
                serve.interrupt();
            }
            try (var serve = here().start("serve", "--port", "0", where)) {
                var hub = new Terminal(folder, Map.of("SLUICE_URL", url(serve)));
                assertThat(hub.run("channels").out().contains("news")).isEqualTo(!where.equals("--memory"));
            }
        }
        assertThat(folder.resolve("kept")).isDirectory();
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void printsThatALogInMemoryIsLostWhenTheHubEnds() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            var ready = READY.matcher(serve.firstLine());
            assertThat(ready.matches()).isTrue();
            assertThat(ready.group(2)).startsWith("memory (").endsWith(" in all, lost when the hub ends)");
        }
    }

    @Test
    void endsWithACodeWhenItsLogHasFailed() throws Exception {
        try (var serve = here().start("serve", "--port", "0")) {
            assertThat(post(url(serve) + "/channels/news", "hello").statusCode())
                    .isEqualTo(201);
            Files.delete(folder.resolve("data/LOCK"));
            assertThat(post(url(serve) + "/channels/news", "lost").statusCode()).isEqualTo(503);

            var ended = serve.awaitEnd();

            assertThat(ended.exitCode()).isEqualTo(74);
            assertThat(ended.err()).contains("sluice: The log's lock '" + folder.resolve("data/LOCK"), "was removed");
        }
        try (var serve = here().start("serve", "--port", "0")) {
            assertThat(data(url(serve) + "/channels/news?after=earliest")).startsWith("hello");
        }
    }

    @Test
    void reportsAFolderInUseWithALineAndACode() throws Exception {
        try (var serve = here().start("serve", "--port", "0")) {
            serve.firstLine();

            var ended = here().run("serve", "--port", "0");

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err())
                    .startsWith("sluice: The log in '" + folder.resolve("data") + "' is in use by another process")
                    .hasLineCount(1);
        }
    }

    @Test
    void reportsAPortInUseAndNamesTheOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var ended = here().run("serve", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(ended.exitCode()).isEqualTo(69);
            assertThat(ended.err())
                    .startsWith("sluice: Can't listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("--port")
                    .hasLineCount(1);
            assertThat(ended.out()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void refusesOtherHostsThanLoopbackWithoutInsecure(String host) {
        var ended = here().run("serve", "--port", "0", "--host", host);

        assertThat(ended)
                .isEqualTo(
                        new Terminal.Ended(
                                78,
                                "",
                                "sluice: The host '" + host
                                        + "' (--host) is not loopback, and no key or grant limits who may do what: everybody who reaches it could read and publish."
                                        + " Leave it out, write [[key]] and [[grant]] in the configuration file, or add --insecure to allow that.\n"));
    }

    @Test
    void namesTheLineOfARefusedHostInTheFile() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), "\nhost = \"0.0.0.0\"\n");

        var ended = here().run("serve", "--port", "0");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .startsWith("sluice: The host '0.0.0.0' (" + folder.resolve("sluice.toml") + ":2) is not loopback");
    }

    @Test
    void insecureListensAnywhereAndWarns() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--host", "0.0.0.0", "--insecure")) {
            var line = serve.firstLine();
            assertThat(line).contains(" at http://0.0.0.0:");
            serve.awaitErr("sluice: Warning: --insecure lets everybody who can reach http://0.0.0.0:");
        }
    }

    @Test
    void listensAnywhereAndTrustsProxiesWithKeysOrGrants() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                port = 0
                host = "0.0.0.0"
                behind_proxy = true
                grant = [{ to = "anyone", subscribe = ["**"] }]
                """);
        try (var serve = here().start("serve", "--memory")) {
            assertThat(serve.firstLine()).contains(" at http://0.0.0.0:").endsWith(", with 0 [[key]] and 1 [[grant]]");

            assertThat(serve.interrupt().err()).isEqualTo("sluice: Interrupted.\n");
        }
    }

    @Test
    void letsNobodyPublishWithoutAGrant() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), "grant = [{ to = \"anyone\", subscribe = [\"news\"] }]\n");
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            assertThat(post(serve.url() + "/channels/news", "hello").statusCode())
                    .isIn(401, 403);
            assertThat(get(serve.url() + "/demos/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void refusesToStartWithASecretThatIsNotThere() throws Exception {
        Files.writeString(folder.resolve("sluice.toml"), """
                [[key]]
                kid = "app"
                algorithm = "HS256"
                secret_env = "APP_SECRET"
                """);

        assertThat(here().run("serve", "--port", "0").err())
                .endsWith("sluice.toml:4:1: The variable that 'secret_env' names is not set.\n");
        assertThat(here().run("serve", "--port", "0").exitCode()).isEqualTo(78);
        assertThat(folder.resolve("data")).doesNotExist();
        assertThat(here().run("serve", "--print-config").out()).contains("secret_env = \"APP_SECRET\"");
    }

    @Test
    void warnsOfASecretThatEverybodyCanRead() throws Exception {
        Files.writeString(folder.resolve("secret"), "x".repeat(32));
        Files.setPosixFilePermissions(folder.resolve("secret"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(folder.resolve("sluice.toml"), """
                [[key]]
                kid = "app"
                algorithm = "HS256"
                secret_file = "secret"
                """);
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            serve.firstLine();
            serve.awaitErr("sluice: Warning: Every user of this machine can read the secret in '"
                    + folder.resolve("secret") + "'");
        }
    }

    @Test
    void reportsEachMistakeOfAFileByLine() throws Exception {
        Files.writeString(folder.resolve("other.toml"), "prt = 1\nhost = 2\n");

        var ended = here().run("serve", "--config", "other.toml");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().replace(folder + "/", "")).isEqualTo("""
                other.toml:1:1: 'prt' is not a key. Did you mean 'port'?
                other.toml:2:1: 'host' takes the name or address of an interface, such as "127.0.0.1", not 2.
                """);
    }

    @Test
    void printsTheEffectiveConfigurationAndExits() {
        var ended = here().run("serve", "--port", "0", "--set", "subscribe.limit=7", "--print-config");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .containsPattern("(?m)^port = 0 +# --port$")
                .containsPattern("(?m)^limit = 7 +# --set subscribe.limit$");
    }

    private Terminal here() {
        return new Terminal(folder, Map.of());
    }

    private static String url(Running serve) {
        var ready = READY.matcher(serve.firstLine());
        assertThat(ready.matches()).isTrue();
        return ready.group(1);
    }

    private static HttpResponse<String> post(String url, String data, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString(data));
        if (headers.length > 0) request.headers(headers);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /// The data of a poll's events.
    private static List<String> data(String url) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            return Pattern.compile("\"data\":\"([^\"]*)\"")
                    .matcher(answer.body())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
        }
    }
}
