package dev.sluice.sense.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenseFileTest {
    private static final String CHECK = "[[check]]\nname = \"a\"\ntype = \"http\"\nurl = \"http://a.example/\"\n";

    private final InstantSource clock = InstantSource.system();
    private final Database database = Database.inMemory();
    private final DefinitionParser parser = new DefinitionParser(
            CheckTypes.all(
                    new HeartbeatLog(database, clock), new ServerRegistry(new ServerStore(database), clock), clock),
            NotifierTypes.all(clock));

    private SenseConfiguration parse(String text) throws InvalidSenseException {
        return SenseFile.parse("sense.toml", text, parser);
    }

    /// The file contains all examples of the documentation, as somebody who reads it to the end might paste
    /// them.
    @ParameterizedTest
    @ValueSource(strings = {"docs/sense.md", "docs/sense.zh-CN.md"})
    void takesTheExamplesOfItsGuide(String page) throws Exception {
        String examples = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../..", page)))
                .results()
                .map(match -> match.group(1))
                .filter(example -> example.startsWith("[[check]]") || example.startsWith("[[notifier]]"))
                .collect(Collectors.joining("\n"));

        assertThat(parse(examples).checks()).hasSize(3);
        assertThat(parse(examples).notifiers()).hasSize(1);
        assertThat(parser.file(Path.of("../../examples/sense.toml")).checks()).hasSizeGreaterThan(3);
    }

    private String mistakes(String text) {
        return catchThrowableOfType(InvalidSenseException.class, () -> parse(text))
                .getMessage();
    }

    /// Line 5 and the following lines belong to a check of type `http` that has no other mistake.
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "interval = \"soon\"            | sense.toml:5:1: 'check.interval' is invalid",
                "interval = \"2d\"              | sense.toml:5:1: 'check.interval' takes 1s to 1d",
                "failures = 0                   | sense.toml:5:1: 'check.failures' takes a whole number from 1 to 100",
                "paused = \"yes\"               | sense.toml:5:1: 'check.paused' takes true or false",
                "notify = \"ops\"               | sense.toml:5:1: 'check.notify' takes a list",
                "flap_outages = 99              | sense.toml:5:1: 'check.flap_outages' takes a whole number from 0 to 20",
                "ulr = \"x\"                    | sense.toml:5:1: 'check.ulr' is not a key here",
                "port = 1                       | sense.toml:5:1: 'check.port' is not a key here",
                "method = \"BREW\"              | sense.toml:5:1: 'check.method' takes one of: GET",
                "expect_status = \"9xx\"        | sense.toml:5:1: 'check.expect_status' is invalid",
                "expect_json = { \"status\" = 1 } | sense.toml:5:1: 'check.expect_json' is invalid",
                "headers = { \"a b\" = \"c\" }  | sense.toml:5:1: 'check.headers' has a header that HTTP does not allow",
                "title = = 1                    | sense.toml:5:9: 'the file' is not valid TOML here",
                "[check.url]                    | 'the file' is not valid TOML here",
            })
    void namesFileLineAndKeyOfAMistake(String line, String message) {
        assertThat(mistakes(CHECK + line + "\n")).contains(message);
    }

    @Test
    void reportsAllMistakesTogetherEachAtItsPlace() {
        assertThat(mistakes("""
                        public_url = "shop"
                        colour = "red"
                        [[check]]
                        name = "Not a name"
                        type = "tcp"
                        port = 70000
                        [[check]]
                        name = "b"
                        type = "smoke"
                        [[check]]
                        name = "b"
                        type = "ping"
                        host = "b.example"
                        [[check]]
                        name = "b"
                        type = "ping"
                        host = "b.example"
                        [[notifier]]
                        name = "ops"
                        type = "email"
                        host = "mail.example"
                        from = "nobody"
                        security = "none"
                        user = "u"
                        """).lines())
                .anyMatch(line -> line.startsWith("sense.toml:1:1: 'public_url' is invalid"))
                .anyMatch(line -> line.startsWith("sense.toml:2:1: 'colour' is not a key here"))
                .anyMatch(line -> line.startsWith("sense.toml:4:1: 'check.name' takes up to 63"))
                .anyMatch(line -> line.startsWith("sense.toml:4:1: 'check.host' is missing"))
                .anyMatch(line -> line.startsWith("sense.toml:6:1: 'check.port' takes a whole number"))
                .anyMatch(line -> line.startsWith("sense.toml:9:1: 'check.type' takes one of: command, dns"))
                .anyMatch(line -> line.contains("'check.name' 'b' is used twice"))
                .anyMatch(line -> line.startsWith("sense.toml:22:1: 'notifier.from' takes addresses"))
                .anyMatch(line -> line.startsWith("sense.toml:19:1: 'notifier.to' is missing"))
                .anyMatch(line -> line.startsWith("sense.toml:24:1: 'notifier.user' would send its password"));
    }

    @Test
    void refusesEmptyNamesAndHosts() {
        assertThat(mistakes("[[check]]\nname = \"\"\ntype = \"tcp\"\nhost = \" \"\nport = 80\n"))
                .contains("'check.name' takes up to 63", "'check.host' is missing");
    }

    /// Reports the mistake instead of an error that ends the thread which reads the file.
    @Test
    void refusesAFileThatIsNestedTooDeeply() {
        assertThat(mistakes("a = " + "[".repeat(100_000))).contains("sense.toml");
    }

    /// The parser throws instead of reporting such a mistake.
    @Test
    void namesTheLineOfABrokenInlineTable() {
        assertThat(mistakes(CHECK + "expect_json = { a = 5,.\n[x]\n"))
                .contains("sense.toml:6:1: 'the file' is not valid TOML up to here");
        assertThat(mistakes(CHECK + "headers = { Authorization = \"tok-3n5\",.\n[x]\n"))
                .doesNotContain("tok-3n5");
    }

    @Test
    void repeatsNoSecretInAMistake(@TempDir Path folder) throws Exception {
        String secret = "tok-3n5";
        assertThat(mistakes("[[notifier]]\nname = \"a\"\ntype = \"slack\"\nurl = \"hooks/" + secret + "\"\n"))
                .doesNotContain(secret);
        assertThat(mistakes(CHECK + "headers = { Authorization = \"" + secret + "\n"))
                .doesNotContain(secret);
        assertThat(mistakes(CHECK.replace("http://a", "http://ada:" + secret + "@a")))
                .doesNotContain(secret);
        Path gone = folder.resolve("gone.toml");
        var failed = catchThrowableOfType(InvalidSenseException.class, () -> SenseFile.read(gone, parser));
        assertThat(failed.getMessage()).contains(gone.toString(), "can't be read");
        Files.write(folder.resolve("big.toml"), new byte[(8 << 20) + 1]);
        failed = catchThrowableOfType(
                InvalidSenseException.class, () -> SenseFile.read(folder.resolve("big.toml"), parser));
        assertThat(failed.getMessage()).contains("more than");
    }

    @Test
    void readsWhenACheckIsTakenToBeFlapping() throws Exception {
        var rules = parse(CHECK + "flap_outages = 5\nflap_within = \"2h\"\nflap_hold = \"10m\"\n")
                .checks()
                .getFirst()
                .rules();
        assertThat(rules.flapping().outages()).isEqualTo(5);
        assertThat(rules.flapping().within()).isEqualTo(Duration.ofHours(2));
        assertThat(rules.flapping().hold()).isEqualTo(Duration.ofMinutes(10));
        assertThat(parse(CHECK).checks().getFirst().rules().flapping().outages())
                .isEqualTo(3);
        assertThat(parser.check(Map.of("name", "a", "type", "ping", "host", "a", "flap_outages", 0))
                        .rules()
                        .flapping()
                        .isNone())
                .isTrue();
        assertThat(List.of(parse("").checks(), parse("").notifiers()))
                .allSatisfy(each -> assertThat(each).isEmpty());
    }
}
