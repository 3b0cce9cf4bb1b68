package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.AccessTables;
import dev.sluice.config.ChannelRule;
import dev.sluice.config.ChannelRules;
import dev.sluice.config.Configuration;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Source;
import dev.sluice.config.setting.Values;
import dev.sluice.core.channel.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Any file is either read or refused with a place and a reason; and a printed configuration reads back unchanged.
final class ConfigurationPropertyTest {
    private static final Source.Line SOURCE = new Source.Line("elsewhere", 7);

    private static final String SOUND = """
            host = "127.0.0.1"
            port = 8420
            origins = ["*", 'https://a.example']
            [http]
            idle_time = "75s"
            [[channel]]
            match = "chat/**"
            behind = { events = 5, then = "now" }
            [channel.retention]
            max_age = "1h"
            [[key]]
            kid = "a"
            algorithm = "HS256"
            secret_env = "A"
            [[grant]]
            to = "authenticated"
            publish = ["a/{sub}"]
            """;

    @Property(tries = 400)
    void readsOrRefusesAnyText(@ForAll String text) {
        assertReadOrRefused(text);
    }

    @Property(tries = 400)
    void readsOrRefusesAnyPiecesOfToml(@ForAll("pieces") String text) {
        assertReadOrRefused(text);
    }

    @Property(tries = 400)
    void readsOrRefusesAValidFileWithOneEdit(
            @ForAll("places") int place, @ForAll("cuts") int cut, @ForAll("piece") String inserted) {
        int end = Math.min(SOUND.length(), place + cut);
        assertReadOrRefused(SOUND.substring(0, place) + inserted + SOUND.substring(end));
    }

    @Property(tries = 200)
    void readsBackAPrintedConfiguration(@ForAll("configurations") Configuration configuration) throws Exception {
        var printed = TomlWriter.of(configuration);

        var read = ConfigurationFile.parse("f", printed);

        assertThat(withoutSources(TomlWriter.of(read))).isEqualTo(withoutSources(printed));
        assertThat(Settings.ALL)
                .filteredOn(each -> !Objects.equals(read.get(each), configuration.get(each)))
                .isEmpty();
    }

    private static void assertReadOrRefused(String text) {
        try {
            ConfigurationFile.parse("f", text);
        } catch (InvalidConfigurationException refused) {
            assertThat(refused.getMessage().split("\n"))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line)
                            .matches("f:[1-9][0-9]*:[1-9][0-9]*: [^\\p{Cntrl}]+[.?]|and [0-9]+ more\\."));
        }
    }

    private static String withoutSources(String printed) {
        return printed.replaceAll(" *# .*", "");
    }

    @Provide
    Arbitrary<String> piece() {
        return Arbitraries.of(
                "port",
                "host",
                "http",
                "channel",
                "match",
                "key",
                "grant",
                "kid",
                "to",
                "deny",
                "subscribe",
                "{sub}",
                "behind",
                "retention",
                "idle_time",
                "=",
                ".",
                ",",
                "[",
                "]",
                "[[",
                "]]",
                "{",
                "}",
                "\"",
                "'",
                "\"\"\"",
                "'''",
                "\n",
                "\r\n",
                " ",
                "#",
                "\\",
                "\\u202e",
                "8420",
                "-1",
                "1e9",
                "inf",
                "true",
                "\"60s\"",
                "\"**\"",
                "1979-05-27T07:32:00Z",
                "07:32:00",
                "\u0000",
                "\uFEFF",
                "ü",
                "\uD800");
    }

    @Provide
    Arbitrary<String> pieces() {
        return piece().list().ofMaxSize(40).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, SOUND.length());
    }

    @Provide
    Arbitrary<Integer> cuts() {
        return Arbitraries.integers().between(0, 20);
    }

    @Provide
    Arbitrary<Configuration> configurations() {
        var rules = values(ChannelRule.ALL).list().ofMaxSize(4).map(ConfigurationPropertyTest::rules);
        var keys = values(KeyEntry.ALL).list().ofMaxSize(4).map(ConfigurationPropertyTest::keys);
        var grants = values(GrantEntry.ALL).list().ofMaxSize(4).map(ConfigurationPropertyTest::grants);
        return Combinators.combine(values(Settings.ALL), rules, keys, grants)
                .as((values, all, some, others) -> new Configuration(values, all, new AccessTables(some, others)))
                .filter(configuration -> Settings.contradictions(
                                configuration.values(), configuration.access(), configuration.listens())
                        .isEmpty());
    }

    /// Rules that a file could have: with distinct patterns, and with all or none of the settings for lagging readers.
    private static ChannelRules rules(List<Values> all) {
        var rules = new ArrayList<ChannelRule>();
        for (var values : all) {
            var pattern = "chat/" + rules.size() + "/**";
            var rule = values.with(ChannelRule.MATCH, pattern, SOURCE);
            if (rule.has(ChannelRule.BEHIND_THEN)) rule = rule.with(ChannelRule.BEHIND_EVENTS, 5L, SOURCE);
            else if (rule.has(ChannelRule.BEHIND_EVENTS) || rule.has(ChannelRule.BEHIND_BYTES)) continue;
            rules.add(new ChannelRule(Pattern.of(pattern), rule));
        }
        return new ChannelRules(rules);
    }

    /// Keys that a file could have.
    private static List<KeyEntry> keys(List<Values> all) {
        var keys = new ArrayList<KeyEntry>();
        for (var values : all) {
            var key = values.with(KeyEntry.KID, "k" + keys.size(), SOURCE);
            if (KeyEntry.mistake(key).isEmpty()) keys.add(new KeyEntry(key));
        }
        return keys;
    }

    /// Grants that a file without keys could have.
    private static List<GrantEntry> grants(List<Values> all) {
        return all.stream()
                .map(values -> values.with(GrantEntry.TO, GrantEntry.ANYONE, SOURCE))
                .filter(values -> GrantEntry.mistake(values).isEmpty())
                .map(GrantEntry::new)
                .toList();
    }

    private static Arbitrary<Values> values(List<Setting<?>> settings) {
        return Arbitraries.of(settings)
                .flatMap(ConfigurationPropertyTest::assigned)
                .list()
                .ofMaxSize(20)
                .map(all -> {
                    var values = Values.NONE;
                    for (var assigned : all) values = values.overriddenBy(assigned);
                    return values;
                });
    }

    private static <T> Arbitrary<Values> assigned(Setting<T> setting) {
        return value(setting.kind()).map(value -> Values.NONE.with(setting, value, SOURCE));
    }

    @SuppressWarnings("unchecked") // Each case creates values of its kind.
    private static <T> Arbitrary<T> value(SettingType<T> kind) {
        return (Arbitrary<T>)
                switch (kind) {
                    case SettingType.Text text ->
                        Arbitraries.of(
                                        "127.0.0.1",
                                        "hub.example",
                                        "[::1]",
                                        "https://a.example",
                                        "*",
                                        "a/*/**",
                                        "HS256",
                                        "anyone",
                                        "{sub}",
                                        "/streams")
                                .filter(text.isFitting());
                    case SettingType.Confidential confidential ->
                        Arbitraries.of("NAME", "sha256:" + "0".repeat(64), "https://a.example")
                                .filter(confidential.isFitting());
                    case SettingType.Switch _ -> Arbitraries.of(true, false);
                    case SettingType.Word<?> word -> Arbitraries.of(word.words().getEnumConstants());
                    case SettingType.Whole whole -> Arbitraries.longs().between(whole.min(), whole.max());
                    case SettingType.Size size -> Arbitraries.longs().between(size.min(), size.max());
                    case SettingType.Time time ->
                        Arbitraries.longs()
                                .between(time.min().toMillis(), time.max().toMillis())
                                .map(Duration::ofMillis);
                    case SettingType.Several<?> several ->
                        value(several.element()).list().ofMaxSize(3);
                };
    }
}
