package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Keys and grants of the file: what they permit, and the exact messages about mistakes.
final class AccessReaderTest {
    private static final String HASH = "sha256:" + "0123456789abcdef".repeat(4);

    private static final String EXAMPLE = """
            [[key]]
            kid = "backend"
            hash = "%s"
            roles = ["ops"]
            publish = ["**"]
            [[key]]
            kid = "shop"
            algorithm = "RS256"
            public_key_file = "shop.pem"
            issuer = "https://shop.example"
            audience = "push"
            lifetime_max = "1h"
            subscribe = ["rooms/**"]
            [[key]]
            kid = "app"
            algorithm = "HS256"
            secret_env = "APP_SECRET"
            [[grant]]
            to = "anyone"
            subscribe = ["news/**"]
            [[grant]]
            to = "authenticated"
            subscribe = ["rooms/{sub}/*"]
            publish = ["rooms/{sub}/*"]
            key = "{sub}"
            type = "chat"
            [[grant]]
            to = "role:ops"
            admin = true
            [[grant]]
            to = "anyone"
            deny = true
            subscribe = ["internal/**"]
            """.formatted(HASH);

    @Test
    void readsKeysWithWhatTheyPermit() throws Exception {
        var keys = parse(EXAMPLE).access().keys();

        assertThat(keys).extracting(KeyEntry::kid).containsExactly("backend", "shop", "app");
        assertThat(keys).extracting(KeyEntry::isStatic).containsExactly(true, false, false);
        var news = new ChannelName("news");
        var backend = keys.getFirst();
        assertThat(backend.permissions().permits(Verb.PUBLISH, news)).isTrue();
        assertThat(backend.permissions().permits(Verb.SUBSCRIBE, news)).isFalse();
        assertThat(backend.ceiling()).isSameAs(Permissions.ALL);
        var shop = keys.get(1);
        assertThat(shop.permissions()).isSameAs(Permissions.NONE);
        assertThat(shop.ceiling().covers(Verb.SUBSCRIBE, Pattern.of("rooms/**")))
                .isTrue();
        assertThat(shop.ceiling().permits(Verb.SUBSCRIBE, news)).isFalse();
        assertThat(shop.values().get(KeyEntry.LIFETIME_MAX)).isEqualTo(Duration.ofHours(1));
        assertThat(keys.get(2).ceiling()).isSameAs(Permissions.ALL);
        assertThat(keys.get(2).values().get(KeyEntry.LIFETIME_MAX)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void anEmptyListIsACeilingThatPermitsNothing() throws Exception {
        var key = parse("key = [{kid = 'a', algorithm = 'HS256', secret_env = 'A', subscribe = []}]")
                .access()
                .keys()
                .getFirst();

        assertThat(key.ceiling().isEmpty()).isTrue();
    }

    @Test
    void readsGrantsInOrderWithTheirLimits() throws Exception {
        var grants = parse(EXAMPLE).access().grants();

        assertThat(grants).extracting(GrantEntry::to).containsExactly("anyone", "authenticated", "role:ops", "anyone");
        assertThat(grants).extracting(GrantEntry::isDenial).containsExactly(false, false, false, true);
        var rooms = Pattern.of("rooms/{sub}/*");
        assertThat(grants.get(1).permissions().granted(Verb.PUBLISH))
                .containsExactly(new Permission(rooms, "chat", "{sub}"));
        assertThat(grants.get(1).permissions().granted(Verb.SUBSCRIBE)).containsExactly(Permission.on(rooms));
        assertThat(grants.get(2).permissions().permitsAny(Verb.ADMIN)).isTrue();
        assertThat(grants.get(2).permissions().permitsAny(Verb.SUBSCRIBE)).isFalse();
    }

    @Test
    void readsEveryVerb() throws Exception {
        var grant = parse("""
                [[grant]]
                to = "anyone"
                subscribe = ["a"]
                publish = ["a"]
                presence = ["a"]
                join = ["a"]
                list = ["a"]
                close = ["a"]
                delete = ["a"]
                publish_as = ["a"]
                admin = true
                """).access().grants().getFirst();

        assertThat(Verb.values()).allMatch(verb -> grant.permissions().permitsAny(verb));
    }

    @Test
    void publicReadAndPrivatePublishAreThreeLines() throws Exception {
        var access = parse("""
                key = [{ kid = "backend", hash = "%s", publish = ["**"] }]
                grant = [{ to = "anyone", subscribe = ["**"] }]
                host = "0.0.0.0"
                """.formatted(HASH)).access();

        assertThat(access.keys()).hasSize(1);
        assertThat(access.grants()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        key = 1                                 | f:1:1: 'key' is a list of keys: begin each with [[key]], in two brackets.
        [grant]                                 | f:1:1: 'grant' is a list of grants: begin each with [[grant]], in two brackets.
        `key = [{kid = "a", hash = "%H"}]\n[[key]]\nkid = "b"` | f:2:1: 'key' is there already, in line 1: write [[key]] for both, in two brackets.
        `grant = [{to = "anyone", subscribe = ["a"]}]\ngrant = [{to = "anyone", subscribe = ["b"]}]` | f:2:1: 'grant' is there already, in line 1: write [[grant]] for both, in two brackets.
        `[[grant]]\nto = "anyone"\nsubscribe = ["a"]\n[grant]\nto = "anyone"` | f:4:1: 'grant' is there already, in line 1: write [[grant]] for both, in two brackets.
        `[[grant]]\nto = "anyone"\nsubscribe = ["a"]\nkey = [{kid = "a", hash = "%H"}]` | f:4:1: 'key' begins a list of its own: write [[key]], in two brackets.
        `[[key]]\nkid = "a"\nhash = "%H"\ngrant = [{to = "anyone", subscribe = ["a"]}]` | f:4:1: 'grant' begins a list of its own: write [[grant]], in two brackets.
        `[[grant]]\nto = "anyone"\nsubscribe = ["a"]\nhost = "0.0.0.0"` | f:4:1: 'host' is for the top of the file: move it above the first line in brackets.
        `[storage]\nhost = "0.0.0.0"` | f:2:1: 'host' is for the top of the file: move it above the first line in brackets.
        grant = [1]                             | f:1:10: 'grant' is a list of grants: begin each with [[grant]], in two brackets.
        [[grnat]]                               | f:1:1: 'grnat' is not a key. Did you mean 'grant'?
        [[key]]                                 | f:1:1: This [[key]] needs 'kid', its name, such as kid = "backend".
        key = [{kid = "a b"}]                   | f:1:9: 'kid' takes a name of 1 to 255 visible ASCII characters, not "a b".
        key = [{kid = "a"}]                     | f:1:8: This [[key]] needs 'hash' for a static key, 'password_file' for a person, one of 'public_key_file', 'secret_file', 'secret_env' and 'jwks' for tokens, or 'client_certificate'.
        key = [{kid = "a", secret_env = "S"}]   | f:1:8: This [[key]] needs 'algorithm', for 'secret_env' one of: HS256.
        key = [{kid = "a", secret_env = "S", algorithm = "RS256"}] | f:1:8: This [[key]] needs 'algorithm', for 'secret_env' one of: HS256.
        key = [{kid = "a", public_key_file = "p", algorithm = "HS256"}] | f:1:8: This [[key]] needs 'algorithm', for 'public_key_file' one of: ES256, EdDSA, RS256.
        key = [{kid = "a", algorithm = "none"}] | f:1:20: 'algorithm' takes "HS256", "RS256", "ES256" or "EdDSA", not "none".
        key = [{kid = "a", secret_env = "S", secret_file = "f"}] | f:1:8: This [[key]] has both 'secret_file' and 'secret_env': keep one of them, or make two keys.
        key = [{kid = "a", jwks = "https://a.example", algorithm = "RS256", issuer = "i"}] | f:1:8: This [[key]] has 'jwks' and needs 'audience', so that the issuer's tokens for other services are refused.
        key = [{kid = "a", jwks = "http://a.example"}] | f:1:20: 'jwks' takes an https:// address without user information, or http:// on loopback, not what is there (not shown, as it may be a secret).
        key = [{kid = "a", jwks = "https://u:pw@a.example"}] | f:1:20: 'jwks' takes an https:// address without user information, or http:// on loopback, not what is there (not shown, as it may be a secret).
        key = [{kid = "a", secret_env = "S", algorithm = "HS256", roles = ["r"]}] | f:1:8: This [[key]] has 'roles', which are for static keys and certificates: tokens have theirs in the claim 'roles'.
        key = [{kid = "a", publish = ["rooms/{sub}"]}] | f:1:20: 'publish' takes a list of at most 1000, each a channel's name or a pattern such as "chat/**", without {sub}, not one with "rooms/{sub}".
        key = [{kid = "a", lifetime_max = "0s"}] | f:1:20: 'lifetime_max' takes a duration from "1s" to "3650d", not "0s".
        key = [{kid = "a", secret_env = "S", algorithm = "HS256", lifetime_max = "366d"}] | f:1:8: This [[key]] has a 'lifetime_max' of more than a year, which only client certificates may have.
        key = [{kid = "a", secret_env = "S", algorithm = "HS256", client_ca_file = "f"}] | f:1:8: This [[key]] has 'client_ca_file', which is for keys with 'client_certificate': remove it.
        key = [{kid = "a", client_certificate = "cn", audience = "i"}] | f:1:8: This [[key]] is for client certificates, and 'audience' is for keys that sign tokens: remove it.
        key = [{kid = "a", client_certificate = "cn", jwks = "https://a.example"}] | f:1:8: This [[key]] has both 'jwks' and 'client_certificate': keep one of them, or make two keys.
        key = [{kid = "a", client_certificate = "san"}] | f:1:20: 'client_certificate' takes "cn", "dns", "email" or "uri", not "san". Did you mean "cn"?
        key = [{kid = "a", client_certificate = "cn"}] | f:1:1: 'client_certificate' is for a [[listen]] that asks clients for certificates, and there is none: name their authorities there, as 'client_ca_file'.
        `listen = [{certificate_file = "c", key_file = "k", client_ca_file = "f"}]\nkey = [{kid = "a", client_certificate = "cn"}, {kid = "b", client_certificate = "cn", client_ca_file = "f"}]` | f:2:48: The [[key]] in line 2 takes all client certificates, so this one gets none: give that one a 'client_ca_file', or move it behind.
        `listen = [{certificate_file = "c", key_file = "k", client_ca_file = "f"}]\nkey = [{kid = "a", client_certificate = "cn"}, {kid = "b", client_certificate = "dns"}]` | f:2:48: The [[key]] in line 2 takes all client certificates, so this one gets none: give one of them a 'client_ca_file' and put it first, or remove one.
        key = [{kid = "a", secret_env = "S", algorithm = "HS256"}, {kid = "a", secret_env = "S", algorithm = "HS256"}] | f:1:60: "a" already is the 'kid' of the key in line 1: give each a name of its own.
        [[grant]]                               | f:1:1: This [[grant]] needs 'to', whom it is for: "anyone", "authenticated", "sub:NAME" or "role:NAME".
        grant = [{to = "everyone"}]             | f:1:11: 'to' takes "anyone", "authenticated", "sub:NAME" or "role:NAME", not "everyone".
        grant = [{to = "role:"}]                | f:1:11: 'to' takes "anyone", "authenticated", "sub:NAME" or "role:NAME", not "role:".
        grant = [{to = "anyone"}]               | f:1:10: This [[grant]] names nothing: add a verb, such as subscribe = ["news/**"].
        grant = [{to = "anyone", subscribe = []}] | f:1:10: This [[grant]] names nothing: add a verb, such as subscribe = ["news/**"].
        grant = [{to = "anyone", admin = false}] | f:1:10: This [[grant]] names nothing: add a verb, such as subscribe = ["news/**"].
        grant = [{to = "anyone", subscribe = "a"}] | f:1:26: 'subscribe' takes a list of at most 1000, each a channel's name or a pattern such as "chat/**", in which {sub} is the caller's name, not "a".
        grant = [{to = "anyone", publish = ["a/{user}"]}] | f:1:26: 'publish' takes a list of at most 1000, each a channel's name or a pattern such as "chat/**", in which {sub} is the caller's name, not one with "a/{user}".
        grant = [{to = "anyone", subcribe = ["a"]}] | f:1:26: 'subcribe' is not a key. Did you mean 'subscribe'?
        grant = [{to = "anyone", subscribe = ["a"], key = "k"}] | f:1:10: This [[grant]] has 'key', which limits what may be published, but no 'publish'.
        grant = [{to = "anyone", publish = ["a/{sub}"]}] | f:1:10: This [[grant]] names {sub}, and not anyone has a name: write to = "authenticated".
        grant = [{to = "anyone", publish = ["a"], key = "{sub}"}] | f:1:10: This [[grant]] names {sub}, and not anyone has a name: write to = "authenticated".
        grant = [{to = "authenticated", publish = ["a"]}] | f:1:10: This [[grant]] is for nobody: no [[key]] lets a caller be "authenticated".
        grant = [{to = "role:editor", deny = true, publish = ["a"]}] | f:1:10: This [[grant]] is for nobody: no [[key]] lets a caller be "role:editor".
        grant = [{to = "sub:bob", publish = ["a"]}] | f:1:10: This [[grant]] is for nobody: no [[key]] lets a caller be "sub:bob".
        `insecure = true\ngrant = [{to = "anyone", publish = ["a"]}]` | f:1:1: 'insecure' lets everybody do everything, and [[key]] and [[grant]] say who may do what: remove it. With them, the hub may listen on any interface.
        """)
    void reportsEachMistakeWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace("\\n", "\n").replace("%H", HASH)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"sub:backend, true", "sub:other, false", "role:ops, true", "role:dev, false", "authenticated, true"})
    void refusesGrantsThatNoStaticKeyCanMatch(String to, boolean isReachable) {
        var text = """
                key = [{ kid = "backend", hash = "%s", roles = ["ops"] }]
                grant = [{ to = "%s", subscribe = ["a"] }]
                """.formatted(HASH, to);

        if (isReachable) assertThatCode(() -> parse(text)).doesNotThrowAnyException();
        else assertThatThrownBy(() -> parse(text)).hasMessageContaining("f:2:10: This [[grant]] is for nobody");
    }

    private static final String CERTIFICATES = """
            [[listen]]
            certificate_file = "hub.pem"
            key_file = "hub.key"
            client_ca_file = "clients.pem"
            [[key]]
            kid = "pumps"
            client_certificate = "dns"
            client_ca_file = "pumps.pem"
            roles = ["pump"]
            publish = ["pumps/**"]
            [[key]]
            kid = "others"
            client_certificate = "uri"
            lifetime_max = "730d"
            """;

    @Test
    void readsKeysForClientCertificates() throws Exception {
        var keys = parse(CERTIFICATES).access().keys();

        assertThat(keys).allMatch(KeyEntry::isForCertificates).noneMatch(KeyEntry::isStatic);
        assertThat(keys).extracting(KeyEntry::takesAllCertificates).containsExactly(false, true);
        assertThat(keys).extracting(KeyEntry::lifetimeMax).containsExactly(Duration.ofDays(398), Duration.ofDays(730));
        assertThat(keys.getFirst().permissions()).isSameAs(Permissions.NONE);
        assertThat(keys.getFirst().ceiling().permits(Verb.PUBLISH, new ChannelName("pumps/7")))
                .isTrue();
        assertThat(keys.getFirst().ceiling().permits(Verb.PUBLISH, new ChannelName("news")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"sub:any, true", "role:pump, true", "role:ops, false", "authenticated, true"})
    void refusesGrantsThatNoClientCertificateCanMatch(String to, boolean isReachable) {
        var text = CERTIFICATES + "[[grant]]\nto = '" + to + "'\nsubscribe = ['a']\n";

        if (isReachable) assertThatCode(() -> parse(text)).doesNotThrowAnyException();
        else assertThatThrownBy(() -> parse(text)).hasMessageContaining("This [[grant]] is for nobody");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        algorithm = "HS256"  | 'algorithm'
        issuer = "i"         | 'issuer'
        audience = "a"       | 'audience'
        lifetime_max = "1h"  | 'lifetime_max'
        """)
    void refusesSettingsOfTokensInAStaticKey(String line, String name) {
        assertThatThrownBy(() -> parse("[[key]]\nkid = 'a'\nhash = '" + HASH + "'\n" + line))
                .hasMessage("f:1:1: This [[key]] is a static key ('hash'), and " + name
                        + " is for keys that sign tokens: remove it.");
    }

    @Test
    void refusesANameThatCannotBeInAStaticKey() {
        assertThatThrownBy(() -> parse("key = [{kid = 'a/b', hash = '" + HASH + "'}]"))
                .hasMessageEndingWith("its 'kid' takes 1 to 64 letters, digits, '.', '_' and '-' only.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        hash = "sk_backend_c2VjcmV0"
        hash = "sha256:c2VjcmV0"
        hash = sk_backend_c2VjcmV0
        hash = 'sk_backend_c2VjcmV0
        secret = "sk_backend_c2VjcmV0"
        secret_env = "sk-backend-c2VjcmV0"
        secret_file = ["sk_backend_c2VjcmV0"]
        secret_file = "sk_backend_c2VjcmV0"
        secret_env = "c2VjcmV0"
        kid = 1, hash = "c2VjcmV0"
        """)
    void neverRepeatsWhatMayBeASecret(String line) {
        assertThatThrownBy(() -> parse("[[key]]\n" + line + "\n"))
                .isInstanceOf(InvalidConfigurationException.class)
                .message()
                .doesNotContain("c2VjcmV0");
    }

    @Test
    void suggestsAFileForASecret() {
        assertThatThrownBy(() -> parse("[[key]]\nsecret = 'x'"))
                .hasMessage("f:2:1: 'secret' is not a key. Did you mean 'secret_file'?");
    }

    @Test
    void readsAThousandOfEach() {
        assertThatThrownBy(() -> parse("[[grant]]\nto = 'anyone'\nsubscribe = ['a']\n".repeat(1_001)))
                .hasMessage("f:1:1: 'grant' has 1001 grants, at most 1000 are read.");
    }

    @Test
    void reportsMistakesOfBothListsTogether() {
        assertThatThrownBy(() -> parse("""
                        [[key]]
                        kid = 7
                        [[grant]]
                        to = "authenticated"
                        subscribe = ["a"]
                        [[grant]]
                        to = "nobody"
                        """)).hasMessage("""
                        f:2:1: 'kid' takes a name of 1 to 255 visible ASCII characters, not 7.
                        f:7:1: 'to' takes "anyone", "authenticated", "sub:NAME" or "role:NAME", not "nobody".""");
    }

    @Test
    void keysAndGrantsOpenTheHubToOtherMachinesAndDisableTheDemos() throws Exception {
        var open = parse("grant = [{to = 'anyone', subscribe = ['**']}]");
        assertThat(open.server().security().insecure()).isTrue();
        assertThat(open.get(SecurityTable.INSECURE)).isFalse();
        assertThat(open.get(ListenTable.DEMOS)).isFalse();
        assertThat(open.overriddenBy(Flags.NONE.with("--set", "demos=true")).get(ListenTable.DEMOS))
                .isTrue();

        var without = parse("");
        assertThat(without.server().security().insecure()).isFalse();
        assertThat(without.get(ListenTable.DEMOS)).isTrue();
    }

    /// A proxy may leave no trace in requests, but it is a name other than localhost that its clients ask for.
    @Test
    void disablesLocalFeaturesWhereOtherMachinesAreExpected() throws Exception {
        for (var each : List.of(ListenTable.DEMOS, ListenTable.LAB, ListenTable.DOCTOR)) {
            assertThat(parse("").get(each)).isTrue();
            for (String others : List.of(
                    "allow_hosts = ['hub.example']",
                    "behind_proxy = true",
                    "insecure = true\nhost = '0.0.0.0'",
                    "insecure = true\nhost = '::ffff:127.0.0.1'",
                    "insecure = true\nhost = '::'",
                    "grant = [{to = 'anyone', subscribe = ['**']}]")) {
                assertThat(parse(others).get(each)).as(others).isFalse();
                assertThat(parse(each.key() + " = true\n" + others).get(each)).isTrue();
            }
        }
    }

    @Test
    void insecureAsAFlagContradictsGrants() throws Exception {
        var written = parse("grant = [{to = 'anyone', subscribe = ['**']}]");

        assertThatThrownBy(() -> written.overriddenBy(Flags.NONE.with(SecurityTable.INSECURE, "--insecure", "true")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("--insecure: 'insecure' lets everybody do everything, and [[key]]");
    }

    @Test
    void printsKeysAndGrantsSoThatTheyReadBack() throws Exception {
        var printed = TomlWriter.of(parse(EXAMPLE));

        assertThat(printed)
                .contains("\n[[key]]\nkid = \"backend\"", "# f:3\n", "key = \"{sub}\"")
                .contains("secret_env = \"APP_SECRET\"");
        assertThat(TomlWriter.of(parse(printed)).replaceAll(" *# .*", "")).isEqualTo(printed.replaceAll(" *# .*", ""));
        assertThat(parse(printed).access().grants()).hasSize(4);
    }

    private static Configuration parse(String text) throws InvalidConfigurationException {
        return ConfigurationFile.parse("f", text);
    }
}
