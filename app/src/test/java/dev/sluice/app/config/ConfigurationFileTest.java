package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configuration;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.log.Retention;
import dev.sluice.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The contents of the file, and the exact messages about mistakes.
final class ConfigurationFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        prt = 8420                            | f:1:1: 'prt' is not a key. Did you mean 'port'?
        Port = 8420                           | f:1:1: 'Port' is not a key. Did you mean 'port'?
        allow-host = ["a"]                    | f:1:1: 'allow-host' is not a key. Did you mean 'allow_hosts'?
        idle_time = "75s"                     | f:1:1: 'idle_time' is not a key. Did you mean 'http.idle_time'?
        http.idle_tme = "75s"                 | f:1:1: 'http.idle_tme' is not a key. Did you mean 'http.idle_time'?
        "http.idle_time" = "75s"              | f:1:1: 'http.idle_time' is not a key. Did you mean 'http.idle_time'?
        memory.colour = 1                     | f:1:1: 'memory.colour' is not a key. The keys are: memory.events_max, memory.size_max, memory.channels_max, memory.marks_max, memory.marks_age, memory.keys_max, memory.waiters_max, memory.look_max.
        storage.folder = "x"                  | f:1:1: 'storage.folder' is not a key. Did you mean 'storage.data'?
        [htpp]                                | f:1:1: 'htpp' is not a key. Did you mean 'http'?
        [[chanel]]                            | f:1:1: 'chanel' is not a key. Did you mean 'channel'?
        http = 1                              | f:1:1: 'http' is a table: write [http], and its keys in the lines below.
        port = "8420"                         | f:1:1: 'port' takes a number from 0 to 65535, not "8420".
        port = 65536                          | f:1:1: 'port' takes a number from 0 to 65535, not 65536.
        port = 80.5                           | f:1:1: 'port' takes a number from 0 to 65535, not 80.5.
        port = {}                             | f:1:1: 'port' takes a number from 0 to 65535, not a table.
        host = 127                            | f:1:1: 'host' takes the name or address of an interface, such as "127.0.0.1", not 127.
        host = "a b"                          | f:1:1: 'host' takes the name or address of an interface, such as "127.0.0.1", not "a b".
        insecure = "yes"                      | f:1:1: 'insecure' takes true or false, not "yes".
        origins = "https://a.example"         | f:1:1: 'origins' takes a list of at most 1000, each an origin such as "https://shop.example" or "https://*.shop.example", or "*" for all, not "https://a.example".
        origins = ["*", "a.example/x"]        | f:1:1: 'origins' takes a list of at most 1000, each an origin such as "https://shop.example" or "https://*.shop.example", or "*" for all, not one with "a.example/x".
        allow_hosts = ["hub:8420"]            | f:1:1: 'allow_hosts' takes a list of at most 1000, each a host's name without port, such as "hub.example", or "*" for all, not one with "hub:8420".
        delivery.stall_time = 60              | f:1:1: 'delivery.stall_time' takes a duration from "1s" to "1d", not 60.
        delivery.stall_time = "1 minute"      | f:1:1: 'delivery.stall_time' takes a duration from "1s" to "1d", not "1 minute".
        delivery.stall_time = "25h"           | f:1:1: 'delivery.stall_time' takes a duration from "1s" to "1d", not "25h".
        memory.size_max = "64MB"              | f:1:1: 'memory.size_max' takes a size from "1MiB" to "1TiB", not "64MB".
        memory.size_max = "99999999999999TiB" | f:1:1: 'memory.size_max' takes a size from "1MiB" to "1TiB", not "99999999999999TiB".
        cluster = {nodes=["10.0.0.1:9420"], node="10.0.0.1:9420", token_file="t"} | f:1:1: 'cluster.nodes' has an address of a network, where the nodes need TLS: 'sluice cluster certs' makes certificates. Without them only on a network that nobody else can reach, with 'cluster.insecure = true'.
        cluster = {nodes=["127.x.org:9420"], node="127.x.org:9420", token_file="t"} | f:1:1: 'cluster.nodes' has an address of a network, where the nodes need TLS: 'sluice cluster certs' makes certificates. Without them only on a network that nobody else can reach, with 'cluster.insecure = true'.
        cluster = {nodes=["127.0.0.1:9420"], node="127.0.0.1:9420", token_file="t", key_file="k"} | f:1:1: 'cluster.nodes' has TLS with all of the files of a certificate: add [cluster.certificate_file, cluster.ca_file].
        cluster = {nodes=["127.0.0.1:9420"], node="127.0.0.1:9420", token_file="t", order="kafka"} | f:1:1: 'cluster.order' needs 'cluster.kafka.servers', the brokers of Kafka.
        cluster = {nodes=["127.0.0.1:9420"], node="127.0.0.1:9420", token_file="t", order="kafka", votes=false, kafka={servers=["k:9092"]}} | f:1:1: 'cluster.votes' is for Raft: with Kafka, the brokers vote, and no node does.
        cluster.order = "kafak"               | f:1:1: 'cluster.order' takes "raft" or "kafka", not "kafak". Did you mean "kafka"?
        cluster.kafka.servers = ["k"]         | f:1:1: 'cluster.kafka.servers' takes a list of at most 32, each the host and port of a broker, as "10.0.0.1:9092", not one with "k".
        cluster.kafka.topics = "a"            | f:1:1: 'cluster.kafka.topics' is not a key. Did you mean 'cluster.kafka.topic'?
        cluster.kafka = 1                     | f:1:1: 'cluster.kafka' is a table: write [cluster.kafka], and its keys in the lines below.
        subscribe.limit = 2000                | f:1:1: 'subscribe.limit' (2000) must not be more than 'subscribe.limit_max' (1000).
        subscribe.heartbeat_max = "10s"       | f:1:1: 'subscribe.heartbeat' ("15s") must not be more than 'subscribe.heartbeat_max' ("10s").
        channel = 1                           | f:1:1: 'channel' is a list of rules: begin each with [[channel]], in two brackets.
        channel = [1]                         | f:1:12: 'channel' is a list of rules: begin each with [[channel]], in two brackets.
        [channel]                             | f:1:1: 'channel' is a list of rules: begin each with [[channel]], in two brackets.
        [[channel]]                           | f:1:1: This [[channel]] needs 'match', the channels that it applies to, such as match = "chat/**".
        channel = [{match = "a/**/b"}]        | f:1:13: 'match' takes a channel's name or a pattern such as "chat/**", not "a/**/b".
        channel = [{match = "a", max_age="1h"}] | f:1:26: 'max_age' is not a key. Did you mean 'retention.max_age'?
        channel = [{match = "a", retention=1}]| f:1:26: 'retention' is a table: write [channel.retention], and its keys in the lines below.
        channel = [{match = "a", retention = {keep = "newest-of-keys"}}] | f:1:39: 'retention.keep' takes "newest" or "newest-of-key", not "newest-of-keys". Did you mean "newest-of-key"?
        channel = [{match = "a", keep = "newest-of-key"}] | f:1:26: 'keep' is not a key. Did you mean 'retention.keep'?
        channel = [{match = "a", behind = {then = "newest"}}] | f:1:36: 'behind.then' takes "later", "newest-of-key", "now" or "end", not "newest".
        channel = [{match = "a", behind = {then = "now"}}] | f:1:12: This [[channel]] has 'behind.then' without a limit: add 'behind.events' or 'behind.bytes'.
        channel = [{match = "a", behind = {events = 9}}] | f:1:12: This [[channel]] limits how far a reader may lag behind, but not what it then gets: add 'behind.then'.
        channel = [{match = "$audit"}] | f:1:12: This [[channel]] has a 'match' ("$audit") that reaches only records of the hub itself, to which no rule applies: 'auth.audit_age' and 'auth.audit_events_max' are for $audit, and $revoked keeps each revocation as long as it counts.
        channel = [{match = "$audit/**"}] | f:1:12: This [[channel]] has a 'match' ("$audit/**") that reaches only records of the hub itself, to which no rule applies: 'auth.audit_age' and 'auth.audit_events_max' are for $audit, and $revoked keeps each revocation as long as it counts.
        channel = [{match = "$revoked"}] | f:1:12: This [[channel]] has a 'match' ("$revoked") that reaches only records of the hub itself, to which no rule applies: 'auth.audit_age' and 'auth.audit_events_max' are for $audit, and $revoked keeps each revocation as long as it counts.
        channel = [{match = "a"}, {match = "a"}] | f:1:27: "a" already has a rule in line 1, and only the first one applies.
        port =                                | f:1:7: Unexpected end of input, expected a value.
        port: 8420                            | f:1:5: Unexpected ':', expected . or =.
        `port = 1\nchannel = [{match = "a", behind = { events = 5,.\n[http]\n` | f:3:1: up to here the file is not valid TOML.
        """)
    void reportsEachMistakeWithPlaceAndCorrection(String text, String message) {
        assertRefused(text, message);
    }

    @Test
    void reportsAllMistakesTogetherInOrder() {
        assertRefused("""
                prt = 1
                [http]
                idle_time = 75
                head_time = = "10s"
                [memory]
                keys_max = -1
                [[channel]]
                mtach = "a"
                """, """
                f:1:1: 'prt' is not a key. Did you mean 'port'?
                f:3:1: 'http.idle_time' takes a duration from "1s" to "1h", not 75.
                f:4:13: Unexpected '=', expected a value.
                f:6:1: 'memory.keys_max' takes a number from 0 to 100000000, not -1.
                f:8:1: 'mtach' is not a key. Did you mean 'match'?""");
    }

    @Test
    void reportsNothingForKeysAfterABrokenHeader() {
        assertRefused("""
                port = -1
                [ht tp]
                idle_time = "75s"
                """, """
                f:1:1: 'port' takes a number from 0 to 65535, not -1.
                f:2:5: Unexpected 'tp', expected ].""");
    }

    @Test
    void limitsPublishesOfAClusterToWhatItsOrderTakes() {
        String publish = "[publish]\nevent_max = \"13MiB\"\natomic_max = \"1GiB\"\n";
        String cluster = "[cluster]\nnodes = [\"127.0.0.1:9420\"]\nnode = \"127.0.0.1:9420\"\ntoken_file = \"t\"\n";
        assertRefused(publish + cluster, """
                f:2:1: 'publish.event_max' may be 12MiB at most in a cluster, whose order takes 16 MiB at a time.
                f:3:1: 'publish.atomic_max' may be 12MiB at most in a cluster, whose order takes 16 MiB at a time.""");
    }

    @Test
    void limitsTheNumberOfReportedMistakes() {
        var text = new StringBuilder();
        for (int i = 0; i < 23; i++) text.append("x").append(i).append(" = 1\n");

        assertThatThrownBy(() -> ConfigurationFile.parse("f", text.toString()))
                .message()
                .endsWith("\nand 3 more.")
                .matches(message -> message.lines().count() == 21);
    }

    @Test
    void escapesControlCharactersFromTheFile() {
        assertRefused(
                "\"a\\u001b[31m\\nb\" = 1\nhost = \"\\u202e" + "x".repeat(100) + "\"",
                "f:1:1: 'a\\u001B[31m\\nb' is not a key. The keys are: "
                        + "host, port, admin_host, admin_port, tls_dev, insecure, behind_proxy, trusted_proxies, forwarded_header, "
                        + "proxy_protocol, origins, allow_hosts, demos, lab, doctor, docs, "
                        + "event_loops, connections_max, tick_time, drain_time, stop_time, limits, http, subscribe, publish, auth, hook, delivery, storage, memory, "
                        + "cluster, log, durable_streams, mercure, pusher, relay, listen, channel, key, grant.\n"
                        + "f:2:1: 'host' takes the name or address of an interface, such as \"127.0.0.1\", not \"\\u202E"
                        + "x".repeat(59) + "\"….");
    }

    @Test
    void reportsAnUnreadableFileWithTheReason() throws Exception {
        var binary = Files.write(folder.resolve("binary.toml"), new byte[] {'a', (byte) 0xff});
        var large = Files.write(folder.resolve("large.toml"), new byte[(1 << 20) + 1]);

        assertUnreadable(folder.resolve("none.toml"), "no such file");
        assertUnreadable(folder, "it is a folder");
        assertUnreadable(binary, "it is not UTF-8");
        assertUnreadable(large, "it has more than 1048576 bytes");
    }

    private static void assertUnreadable(Path file, String reason) {
        assertThatThrownBy(() -> ConfigurationFile.of(file))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(file + ": can't be read: " + reason + ".");
    }

    @Test
    void hasTheModulesDefaultsWithoutAFile() {
        var configuration = Configuration.DEFAULT;
        var standard = ServerSettings.DEFAULTS;

        var server = configuration.server();

        assertThat(server.hub().overflow().apply(new ChannelName("a"))).isEqualTo(Overflow.NEVER);
        assertThat(server)
                .usingRecursiveComparison()
                .ignoringFields("hub.overflow", "doctor")
                .isEqualTo(standard);
        assertThat(server.doctor()).as("only this machine reaches it").isTrue();
    }

    @Test
    void appliesOnlyTheFirstMatchingRule() throws Exception {
        var file = Files.writeString(folder.resolve("sluice.toml"), """
                [[channel]]
                match = "chat/*"
                retention = { max_age = "1h", max_bytes = "2MiB" }

                [[channel]]
                match = "chat/**"
                [channel.retention]
                max_events = 7
                keep = "newest-of-key"
                [channel.behind]
                events = 100
                bytes = "1KiB"
                then = "newest-of-key"
                """);

        var rules = ConfigurationFile.of(file).rules();

        assertThat(rules.retention(new ChannelName("chat/7")))
                .isEqualTo(new Retention(Duration.ofHours(1), Long.MAX_VALUE, 2 << 20));
        assertThat(rules.overflow(new ChannelName("chat/7"))).isEqualTo(Overflow.NEVER);
        assertThat(rules.retention(new ChannelName("chat/7/a")))
                .isEqualTo(Retention.events(7).andNewestOfKey());
        assertThat(rules.overflow(new ChannelName("chat/7/a")))
                .isEqualTo(new Overflow(100, 1024, Overflow.Then.NEWEST_OF_KEY));
        assertThat(rules.retention(new ChannelName("news"))).isEqualTo(Retention.ALL);
    }

    @Test
    void acceptsTheProxyProtocolOnlyFromTrustedProxiesOfAHubWithKeysOrBehindProxy() throws Exception {
        String noProxies =
                "f:1:1: 'proxy_protocol' takes connections from 'trusted_proxies' only, and there are none: name"
                        + " the addresses of your proxies there.";
        String noKeys =
                "f:1:1: With 'proxy_protocol' everybody who reaches the proxy may read, publish and delete: write"
                        + " [[key]] and [[grant]], or set 'behind_proxy' if that is meant.";
        assertRefused("proxy_protocol = true\nbehind_proxy = true", noProxies);
        assertRefused("proxy_protocol = true\ntrusted_proxies = [\"10.0.0.0/8\"]", noKeys);
        assertThat(ConfigurationFile.parse(
                                "f", "proxy_protocol = true\nbehind_proxy = true\ntrusted_proxies = [\"10.0.0.0/8\"]")
                        .server()
                        .listeners()
                        .getFirst()
                        .readsProxyProtocol())
                .isTrue();
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> ConfigurationFile.parse("f", text))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(message);
    }
}
