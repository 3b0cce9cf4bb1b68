package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.hook.HookResponse;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.token.SluiceClaim;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.address.TrustedProxies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GrantRulesTest {
    private static final GrantSubject ANYONE = new GrantSubject.Anyone();
    private static final GrantSubject AUTHENTICATED = new GrantSubject.Authenticated();

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(100));

    private static Permissions permissions(Verb verb, String... patterns) {
        List<Permission> all = new ArrayList<>();
        for (String each : patterns) all.add(Permission.on(Pattern.of(each)));
        return Permissions.of(Map.of(verb, all));
    }

    private static Permissions reading(String... patterns) {
        return permissions(Verb.SUBSCRIBE, patterns);
    }

    private static Rule allow(GrantSubject whom, Permissions permissions) {
        return new Rule(whom, permissions, false);
    }

    private static Rule deny(GrantSubject whom, Permissions permissions) {
        return new Rule(whom, permissions, true);
    }

    private GrantRules rules(Rule... rules) {
        return new GrantRules(List.of(rules), true, now::get, null);
    }

    private static Identity caller(String subject, String... roles) {
        return caller(subject, Permissions.NONE, Permissions.ALL, roles);
    }

    private static Identity caller(String subject, Permissions own, Permissions ceiling, String... roles) {
        var credential = new Credential("k", "", null, Instant.ofEpochSecond(200), Set.of(roles));
        return new Identity(subject, credential, own, ceiling, null);
    }

    private static boolean reads(GrantRules rules, @Nullable Identity caller, String pattern) {
        return rules.grantOf(caller, "").permits(Verb.SUBSCRIBE, Pattern.of(pattern));
    }

    @Test
    void deniesByDefault() {
        GrantRules none = rules();
        for (Verb verb : Verb.values()) {
            assertThat(none.grantOf(null, "").permitsAny(verb)).isFalse();
            assertThat(none.grantOf(caller("alice"), "").permitsAny(verb)).isFalse();
        }
    }

    @Test
    void appliesEachRuleToThoseItIsFor() {
        GrantRules rules = rules(
                allow(ANYONE, reading("anyone")),
                allow(AUTHENTICATED, reading("known")),
                allow(new GrantSubject.Subject("alice"), reading("hers")),
                allow(new GrantSubject.Role("editor"), reading("desk")));
        assertThat(readable(rules, null)).containsExactly("anyone");
        assertThat(readable(rules, caller("bob"))).containsExactly("anyone", "known");
        assertThat(readable(rules, caller("alice"))).containsExactly("anyone", "known", "hers");
        assertThat(readable(rules, caller("bob", "editor", "other"))).containsExactly("anyone", "known", "desk");
        // A name is no role, and a role is no name.
        assertThat(readable(rules, caller("editor", "alice"))).containsExactly("anyone", "known");
    }

    private static List<String> readable(GrantRules rules, @Nullable Identity caller) {
        return List.of("anyone", "known", "hers", "desk").stream()
                .filter(channel -> reads(rules, caller, channel))
                .toList();
    }

    @Test
    void addsWhatTheCredentialPermitsItself() {
        GrantRules rules = rules(allow(AUTHENTICATED, reading("news/**")));
        Identity alice = caller("alice", reading("chat/7"), Permissions.ALL);
        assertThat(reads(rules, alice, "news/**")).isTrue();
        assertThat(reads(rules, alice, "chat/7")).isTrue();
        assertThat(reads(rules, alice, "chat/8")).isFalse();
    }

    @Test
    void permitsNothingBeyondTheCeilingOfTheKey() {
        GrantRules rules = rules(allow(ANYONE, reading("**")));
        Identity shopper = caller("alice", reading("bank/1", "shop/1"), reading("shop/**"));
        assertThat(reads(rules, shopper, "shop/**")).isTrue();
        assertThat(reads(rules, shopper, "shop/1")).isTrue();
        assertThat(reads(rules, shopper, "bank/1")).isFalse();
        assertThat(reads(rules, shopper, "**")).isFalse();
    }

    @Test
    void prefersADenialToAnyPermission() {
        GrantRules rules = rules(
                deny(ANYONE, reading("internal/**")),
                allow(ANYONE, reading("**")),
                deny(new GrantSubject.Role("guest"), reading("staff")));
        Identity own = caller("alice", reading("internal/a"), Permissions.ALL);
        assertThat(reads(rules, own, "internal/a")).isFalse();
        assertThat(reads(rules, null, "internal/a")).isFalse();
        assertThat(reads(rules, null, "news")).isTrue();
        assertThat(reads(rules, caller("bob", "guest"), "staff")).isFalse();
        assertThat(reads(rules, caller("bob"), "staff")).isTrue();
        // A selection that has a denied channel is not narrowed.
        assertThat(reads(rules, null, "**")).isFalse();
    }

    @Test
    void putsTheCallersNameIntoPatternsAndKeys() {
        Permissions template = Permissions.of(Map.of(
                Verb.SUBSCRIBE,
                        List.of(Permission.on(Pattern.of("rooms/{sub}/*")), Permission.on(Pattern.of("u-{sub}-x"))),
                Verb.PUBLISH, List.of(new Permission(Pattern.of("chat/*"), "text", "{sub}"))));
        GrantRules rules = rules(allow(AUTHENTICATED, template));
        Grant alice = rules.grantOf(caller("alice"), "");
        assertThat(alice.permits(Verb.SUBSCRIBE, Pattern.of("rooms/alice/*"))).isTrue();
        assertThat(alice.permits(Verb.SUBSCRIBE, Pattern.of("u-alice-x"))).isTrue();
        assertThat(alice.permits(Verb.SUBSCRIBE, Pattern.of("rooms/bob/*"))).isFalse();
        assertThat(alice.permits(Verb.SUBSCRIBE, Pattern.of("rooms/{sub}/a"))).isFalse();
        var room = new ChannelName("chat/7");
        assertThat(alice.permits(Verb.PUBLISH, room, "text", "alice")).isTrue();
        assertThat(alice.permits(Verb.PUBLISH, room, "text", "bob")).isFalse();
        assertThat(alice.permits(Verb.PUBLISH, room, "text", null)).isFalse();
        assertThat(alice.permits(Verb.PUBLISH, room, "image", "alice")).isFalse();
        // Each caller has its own, whoever came before.
        assertThat(reads(rules, caller("bob"), "rooms/bob/*")).isTrue();
        assertThat(reads(rules, caller("bob"), "rooms/alice/*")).isFalse();
    }

    /// An issuer may let its users choose their names.
    @ParameterizedTest
    @ValueSource(strings = {"a/b", "*", "**", "a*", "$x", "$presence", "", ".", "..", "/", "a/", "/a"})
    void permitsNoPatternToANameThatWouldChangeIt(String name) {
        GrantRules rules = rules(allow(
                AUTHENTICATED,
                reading("rooms/{sub}", "rooms/{sub}/*", "rooms/{sub}/**", "{sub}", "{sub}/inbox", "fixed")));
        Grant grant = rules.grantOf(caller(name), "");
        for (String pattern : List.of(
                "rooms/*",
                "rooms/**",
                "rooms/a",
                "rooms/a/b",
                "rooms/bob/x",
                "rooms/$x",
                "$x",
                "$presence",
                "*",
                "**")) {
            assertThat(grant.permits(Verb.SUBSCRIBE, Pattern.of(pattern)))
                    .as(pattern)
                    .isFalse();
        }
        for (String channel : List.of("a", "a/b", "a/inbox", "rooms/a", "rooms/x/y", "rooms/$x/y", "$x/inbox")) {
            assertThat(grant.permits(Verb.SUBSCRIBE, new ChannelName(channel)))
                    .as(channel)
                    .isFalse();
        }
        assertThat(reads(rules, caller(name), "fixed")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sub}", "a.b", "alice@shop.example", "auth0|7", "日本", "a b", "%2F", "-", "a$b", "..."})
    void permitsThePatternToEveryOtherName(String name) {
        GrantRules rules = rules(allow(AUTHENTICATED, reading("rooms/{sub}/*")));
        assertThat(reads(rules, caller(name), "rooms/" + name + "/*")).isTrue();
        assertThat(reads(rules, caller(name), "rooms/other/*")).isFalse();
    }

    @Test
    void permitsNoPatternToANameThatMakesItTooLong() {
        GrantRules rules = rules(allow(AUTHENTICATED, reading("rooms/{sub}/*", "{sub}")));
        assertThat(reads(rules, caller("x".repeat(255)), "x".repeat(255))).isTrue();
        assertThat(rules.grantOf(caller("x".repeat(255)), "").permits(Verb.SUBSCRIBE, Pattern.of("rooms/x/*")))
                .isFalse();
    }

    @Test
    void permitsAnonymousCallersNothingThatNeedsAName() {
        Permissions named =
                Permissions.of(Map.of(Verb.PUBLISH, List.of(new Permission(Pattern.of("chat"), null, "{sub}"))));
        GrantRules rules = rules(allow(ANYONE, reading("rooms/{sub}", "open")), allow(ANYONE, named));
        assertThat(reads(rules, null, "open")).isTrue();
        assertThat(reads(rules, null, "rooms/{sub}")).isFalse();
        assertThat(rules.grantOf(null, "").permitsAny(Verb.PUBLISH)).isFalse();
    }

    /// A key is compared as a whole, so no name can change its meaning.
    @Test
    void putsEveryNameIntoKeys() {
        Permissions named =
                Permissions.of(Map.of(Verb.PUBLISH, List.of(new Permission(Pattern.of("chat"), null, "{sub}"))));
        Grant grant = rules(allow(AUTHENTICATED, named)).grantOf(caller("a/b*"), "");
        assertThat(grant.permits(Verb.PUBLISH, new ChannelName("chat"), null, "a/b*"))
                .isTrue();
        assertThat(grant.permits(Verb.PUBLISH, new ChannelName("chat"), null, "a/b"))
                .isFalse();
    }

    @Test
    void asksOnlyAnonymousCallersForACredential() {
        GrantRules rules = rules();
        assertThat(rules.grantOf(null, "192.0.2.7").principal()).isEqualTo(new Principal("", "192.0.2.7"));
        assertThat(asks(rules.grantOf(null, ""))).isTrue();
        assertThat(asks(rules.grantOf(caller("alice"), ""))).isFalse();
    }

    @Test
    void asksForNoCredentialWhereThereAreNoKeys() {
        var rules = new GrantRules(List.of(allow(ANYONE, reading("news/**"))), false, now::get, null);
        assertThat(asks(rules.grantOf(null, ""))).isFalse();
    }

    private static boolean asks(Grant grant) {
        try {
            grant.require(Verb.PUBLISH, new ChannelName("a"));
            throw new AssertionError("permitted");
        } catch (AccessDeniedException denied) {
            return denied.asksForCredential();
        }
    }

    @Test
    void endsWithTheCredential() {
        GrantRules rules = rules(allow(ANYONE, reading("news")));
        Identity alice = caller("alice");
        Grant grant = rules.grantOf(alice, "192.0.2.7");
        assertThat(grant.principal()).isEqualTo(new Principal("alice", "192.0.2.7"));
        assertThat(grant.credential()).contains(alice.credential());
        assertThat(grant.expiry()).isEqualTo(Instant.ofEpochSecond(200));
        now.set(Instant.ofEpochSecond(200));
        assertThat(grant.permits(Verb.SUBSCRIBE, Pattern.of("news"))).isFalse();
        assertThat(rules.grantOf(null, "").permits(Verb.SUBSCRIBE, Pattern.of("news")))
                .isTrue();
    }

    @Test
    void givesACallerThatTheApplicationNamesAShareAlsoIfItsGrantNeverExpires() {
        var answer = new HookResponse("mallory", null, SluiceClaim.NONE);
        Grant grant = rules().grantOf(null, answer, now.get(), "192.0.2.7");
        assertThat(grant.expiry()).isNull();
        assertThat(new CallerShares(LimitSettings.DEFAULTS, TrustedProxies.NONE).identify(grant))
                .contains(new ClientKey.Name("mallory"));
    }

    @Test
    void neverReachesReservedChannelsByAWildcard() {
        GrantRules rules = rules(allow(AUTHENTICATED, reading("**")));
        assertThat(reads(rules, caller("alice"), "$presence/a")).isFalse();
        assertThat(reads(rules, caller("alice"), "a/$b")).isFalse();
    }

    /// Otherwise a user could choose a name that no denial reaches.
    @ParameterizedTest
    @ValueSource(strings = {"a/b", "*", "$a", ".."})
    void deniesTheWholeSubtreeToANameThatFitsNoPattern(String name) {
        GrantRules rules =
                rules(allow(AUTHENTICATED, reading("**")), deny(AUTHENTICATED, reading("rooms/{sub}/secret", "plain")));
        assertThat(reads(rules, caller(name), "rooms/a/b")).isFalse();
        assertThat(reads(rules, caller(name), "rooms/x")).isFalse();
        assertThat(reads(rules, caller(name), "plain")).isFalse();
        assertThat(reads(rules, caller(name), "news")).isTrue();
        assertThat(reads(rules, caller("alice"), "rooms/a/b")).isTrue();
        assertThat(reads(rules, caller("alice"), "rooms/alice/secret")).isFalse();
    }

    /// The pattern is too long for a name of 248 bytes, and the channel is not.
    @Test
    void deniesTheWholeSubtreeToANameThatMakesThePatternTooLong() {
        GrantRules rules =
                rules(allow(AUTHENTICATED, reading("**")), deny(AUTHENTICATED, reading("room/{sub}/**", "plain")));
        for (int bytes : List.of(247, 248)) {
            String name = "x".repeat(bytes);
            assertThat(reads(rules, caller(name), "room/" + name + "/a")).isFalse();
            assertThat(reads(rules, caller(name), "plain")).isFalse();
            assertThat(reads(rules, caller(name), "news")).isTrue();
        }
    }
}
