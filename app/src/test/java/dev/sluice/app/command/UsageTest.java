package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.CommandContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The messages for usage errors, and the help.
final class UsageTest {
    private static final Path PAGE = Path.of("../docs/cli.md");
    private static final Path EXPECTED = Path.of("target/cli.md");
    private static final List<String> COMMANDS = List.of(
            "serve",
            "pub",
            "sub",
            "channels",
            "channels delete",
            "key new",
            "passwd",
            "token new",
            "token explain",
            "revoke",
            "drain",
            "health",
            "doctor",
            "backup",
            "restore",
            "log",
            "cluster",
            "cluster status",
            "cluster remove",
            "cluster lead",
            "cluster certs",
            "cluster recover",
            "sense",
            "sense agent",
            "demo",
            "lab",
            "bench",
            "completion");

    private final Terminal terminal = Terminal.plain();

    @ParameterizedTest(name = "sluice {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                            | A command is missing. Try 'sluice --help'.
        pbu                           | 'pbu' is not a command. Did you mean 'pub'? Try 'sluice --help'.
        frobnicate                    | 'frobnicate' is not a command. Try 'sluice --help'.
        pub --tpye x news hi          | '--tpye' is not an option. Did you mean '--type'? Try 'sluice pub --help'.
        pub --content_type x news hi  | '--content_type' is not an option. Did you mean '--content-type'? Try 'sluice pub --help'.
        pub                           | Missing required parameter: 'CHANNEL'. Try 'sluice pub --help'.
        pub news a b                  | 'b' is one argument too many. Try 'sluice pub --help'.
        pub news a --file b           | DATA and --file both name the event: use one of them.
        pub news a --json --content-type b | --json and --content-type both set the media type: use one of them.
        pub news --content-type b     | --content-type is for DATA and --file; lines are text, with --json JSON.
        pub news hi --content-type 文本 | A content type must be like image/png, was '文本'
        pub a//b hi                   | A channel's name must not have segments that are empty, '.' or '..', was 'a//b'
        pub news hi --retry-for 5     | Invalid value for option '--retry-for': it takes a duration from "1s" to "365d", not '5'. Try 'sluice pub --help'.
        pub news hi --url localhost   | --url: A hub's address must be like http://localhost:8420 or https://example.org/hub, was localhost
        sub                           | Missing required parameter: 'CHANNEL'. Try 'sluice sub --help'.
        sub news --as carrier-pigeon  | Invalid value for option '--as': it takes sse, ws, ndjson, text, longpoll or poll, not 'carrier-pigeon'. Try 'sluice sub --help'.
        sub news --as text --json     | --as text carries only the data: --json needs another transport.
        sub news --since yesterday    | --since takes a duration from "1s" to "365d", not 'yesterday'.
        sub news --since 2026-13-01T  | --since takes a time such as 2026-11-20T08:00:00Z, not '2026-13-01T'.
        sub news --last many          | Invalid value for option '--last': 'many' is not an int. Try 'sluice sub --help'.
        sub news --last 1 --snapshot  | --last=N, --snapshot are mutually exclusive (specify only one). Try 'sluice sub --help'.
        bench --as pigeon             | Invalid value for option '--as': it takes sse, ws, ws-raw, ndjson or text, not 'pigeon'. Try 'sluice bench --help'.
        bench --connections 19001     | --connections takes from 0 to 19,000.
        bench --size 10               | --size takes from 33 to 1,048,576.
        bench --warmup 20m --duration 11m | --warmup and --duration together may be at most 30 minutes.
        bench --batch 2 --publish-as ws | --batch is for hubs and POST: leave out --publish-path and --publish-as.
        bench --cut 1s                | --cut needs --resume.
        bench --resume --as ws        | --resume is for sse and an event a POST, of at most 16,384 bytes.
        bench ftp://example.org       | The address to measure is like http://127.0.0.1:8420 or https://hub.example, not ftp://example.org
        bench a b                     | 'b' is one argument too many. Try 'sluice bench --help'.
        serve --port 65536            | --port takes a number from 0 to 65535, not "65536".
        serve --origin shop.example   | --origin takes an origin such as "https://shop.example" or "https://*.shop.example", or "*" for all, not "shop.example".
        serve --set http.idel_time=1s | --set: 'http.idel_time' is not a key. Did you mean 'http.idle_time'?
        sense agent --name Db_1!      | --name takes up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, not 'Db_1!'.
        sense agent --url http://a    | --url is called --to here: sluice sense agent --to URL.
        sense agent --interval 5m     | --interval takes 1s to 1m.
        lab --lanes sse,pigeon        | Invalid value for option '--lanes' (NAMES): the lanes are polling, long-polling, sse, sse-http2, fetch-lines, fetch-text, websocket, not 'pigeon'. Try 'sluice lab --help'.
        lab --clients 0               | --clients takes from 1 to 5,000, not 0.
        lab --interval 1ms            | Invalid value for option '--interval': it takes a duration from "10ms" to "30m", not '1ms'. Try 'sluice lab --help'.
        demo clok                     | 'clok' is not a demo. Did you mean 'clock'? Try 'sluice demo --help'.
        demo frobnicate               | 'frobnicate' is not a demo. The demos are clock, ticker, hello, live, chat, typewriter. Try 'sluice demo --help'.
        demo clock --port 65536       | --port takes a number from 0 to 65535, not '65536'. Try 'sluice demo --help'.
        demo clock --port many        | Invalid value for option '--port': 'many' is not an int. Try 'sluice demo --help'.
        cluster remove                | Missing required parameter: 'NODE'. Try 'sluice cluster remove --help'.
        cluster recover               | Other nodes may have continued, and the events that this one lacks are lost: add --yes if they are lost for good.
        backup                        | Missing required parameter: 'TO'. Try 'sluice backup --help'.
        key                           | A command is missing. Try 'sluice key --help'.
        key nwe                       | 'nwe' is not a command. Did you mean 'new'? Try 'sluice key --help'.
        key new                       | Missing required parameter: 'KID'. Try 'sluice key new --help'.
        key new a/b                   | KID takes 1 to 64 letters, digits, '.', '_' and '-', not 'a/b'.
        revoke --sub a                | SLUICE_TOKEN is not set: put a key or token there that may 'admin'.
        doctor --self http://a        | --self is for this machine: it takes no URL.
        doctor --for 26m              | --for is 25m at most.
        drain --over soon             | Invalid value for option '--over': it takes a duration from "1s" to "365d", not 'soon'. Try 'sluice drain --help'.
        drain --over 2h               | --over is an hour at most.
        health --timeout 0s           | Invalid value for option '--timeout': it takes a duration from "1s" to "365d", not '0s'. Try 'sluice health --help'.
        health --url ftp://a          | --url takes an address such as http://127.0.0.1:8420, not 'ftp://a'.
        revoke --sub a --jti b        | --sub=NAME, --jti=ID are mutually exclusive (specify only one). Try 'sluice revoke --help'.
        token                         | A command is missing. Try 'sluice token --help'.
        token new --kid a --sub b     | Missing required option: '--secret-file=FILE'. Try 'sluice token new --help'.
        token new --secret-file a --kid b --sub c --expires 0s | Invalid value for option '--expires': it takes a duration from "1s" to "365d", not '0s'. Try 'sluice token new --help'.
        token new --secret-file a --kid b --sub c --publish a//b | 'a//b': a channel name must not have an empty segment: remove '/' at either end and '//'
        restore                       | Missing required parameter: 'FROM'. Try 'sluice restore --help'.
        serve --prot 1                | '--prot' is not an option. Did you mean '--port'? Try 'sluice serve --help'.
        """)
    void reportsUsageErrorsInALineWithACorrection(String arguments, String message) {
        var ended = terminal.run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(ended).isEqualTo(new Terminal.Ended(64, "", "sluice: " + message + "\n"));
    }

    @Test
    void readsTheHubsAddressFromTheEnvironment() {
        var ended = new Terminal(Path.of(""), Map.of("SLUICE_URL", "ftp://a")).run("channels");

        assertThat(ended.exitCode()).isEqualTo(64);
        assertThat(ended.err())
                .startsWith("sluice: SLUICE_URL: A hub's address must be like ")
                .endsWith(", was ftp://a\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"drain", "reload", "revoke --sub a", "channels delete a"})
    void refusesAnAddressWithoutAScheme(String command) {
        var ended = new Terminal(Path.of(""), Map.of("SLUICE_TOKEN", "key"))
                .run((command + " --url localhost:8420").split(" "));

        assertThat(ended.exitCode()).isEqualTo(64);
        assertThat(ended.err())
                .startsWith("sluice: --url: A hub's address must be like ")
                .endsWith(", was localhost:8420\n");
    }

    @Test
    void ignoresAnEmptyAddressInTheEnvironment() {
        // The second mistake is reported only if the address has none, and before a request.
        var ended = new Terminal(Path.of(""), Map.of("SLUICE_URL", "")).run("channels", "--cacert", "no-such-file");

        assertThat(ended.exitCode()).isEqualTo(64);
        assertThat(ended.err()).contains("no-such-file");
    }

    @Test
    void printsItsVersion() {
        var ended = terminal.run("--version");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).matches("sluice [0-9]+\\.[0-9]+\\.[0-9]+(-[a-z0-9.]+)?\n");
    }

    @Test
    void acceptsVersionAndHelpWithoutDashes() {
        assertThat(terminal.run("version")).isEqualTo(terminal.run("--version"));
        assertThat(terminal.run("help")).isEqualTo(terminal.run("--help"));
    }

    @Test
    void documentsTheHelpOfEachCommandVerbatim() throws IOException {
        var page = Files.readString(PAGE);
        var expected = Pattern.compile("(## sluice ?([a-z ]*)\n(?:(?!\n## ).)*?```\n).*?```\n", Pattern.DOTALL)
                .matcher(page)
                .replaceAll(section -> Matcher.quoteReplacement(section.group(1) + help(section.group(2)) + "```\n"));
        Files.writeString(EXPECTED, expected);

        assertThat(COMMANDS).allSatisfy(command -> assertThat(page).contains("\n## sluice " + command + "\n"));
        assertThat(page).as("copy app/%s to docs", EXPECTED).isEqualTo(expected);
    }

    /// A longer line would be broken at the last word that fits, and leave the rest on a line of its own.
    @Test
    void hasNoFooterThatIsWiderThanTheHelp() {
        assertThat(footers(RootCommand.commandLine(CommandContext.ofProcess())))
                .hasSizeGreaterThan(100)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(RootCommand.HELP_WIDTH));
    }

    private static Stream<String> footers(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec().usageMessage().footer()),
                command.getSubcommands().values().stream().flatMap(UsageTest::footers));
    }

    private String help(String command) {
        return terminal.run((command + " --help").strip().split(" ")).out();
    }
}
