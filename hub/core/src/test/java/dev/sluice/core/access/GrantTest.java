package dev.sluice.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GrantTest {
    private static final Principal ALICE = new Principal("alice", "192.0.2.7");
    private static final ChannelName TODAY = new ChannelName("news/today");
    private static final Grant READER = Grant.of(ALICE, on(Verb.SUBSCRIBE, "news/*", "chat/**"));
    private static final Instant END = Instant.ofEpochSecond(200);

    private final AtomicReference<Instant> now = new AtomicReference<>(END.minusMillis(1));

    private static Permissions on(Verb verb, String... patterns) {
        return Permissions.of(Map.of(
                verb,
                List.of(patterns).stream().map(Pattern::of).map(Permission::on).toList()));
    }

    private static boolean asksForCredential(Grant grant) {
        try {
            grant.require(Verb.DELETE, TODAY);
            throw new AssertionError("permitted");
        } catch (AccessDeniedException denied) {
            return denied.asksForCredential();
        }
    }

    private static boolean reads(Grant grant, String pattern) {
        return grant.permits(Verb.SUBSCRIBE, Pattern.of(pattern));
    }

    @Test
    void deniesWhatIsNotGranted() {
        Grant nothing = Grant.of(ALICE, Permissions.NONE);
        for (Verb verb : Verb.values()) {
            assertThat(nothing.permits(verb, new ChannelName("a"))).isFalse();
            assertThat(nothing.permits(verb, new ChannelName("a"), "type", "key"))
                    .isFalse();
            assertThat(nothing.permits(verb, Pattern.of("**"))).isFalse();
            assertThat(nothing.permitsAny(verb)).isFalse();
        }
        assertThat(READER.permits(Verb.PUBLISH, TODAY)).isFalse();
        assertThat(READER.permitsAny(Verb.JOIN)).isFalse();
        assertThat(READER.permitsAny(Verb.SUBSCRIBE)).isTrue();
    }

    @Test
    void permitsOnlyPatternsWhollyWithinOneGrantedPattern() {
        assertThat(reads(READER, "news/today")).isTrue();
        assertThat(reads(READER, "news/*")).isTrue();
        assertThat(reads(READER, "chat/7/*")).isTrue();
        assertThat(reads(READER, "news/**")).isFalse();
        assertThat(reads(READER, "*/today")).isFalse();
        assertThat(reads(READER, "**")).isFalse();
        assertThat(reads(READER, "chat/$secret")).isFalse();
        assertThat(READER.permits(Verb.SUBSCRIBE, new ChannelName("chat/7/8"))).isTrue();
        assertThat(READER.permits(Verb.SUBSCRIBE, new ChannelName("chat/$secret")))
                .isFalse();
    }

    @Test
    void permitsEverythingAlsoOnReservedNamesIfUnlimited() {
        assertThat(reads(Grant.EVERYTHING, "**")).isTrue();
        assertThat(reads(Grant.EVERYTHING, "$presence/**")).isTrue();
        assertThat(Grant.EVERYTHING.principal().isAnonymous()).isTrue();
    }

    @Test
    void permitsNoMoreThanItsCeiling() {
        Grant low = Grant.of(ALICE, Permissions.ALL).within(on(Verb.SUBSCRIBE, "news/**"));
        assertThat(reads(low, "news/*")).isTrue();
        assertThat(reads(low, "**")).isFalse();
        assertThat(low.permits(Verb.SUBSCRIBE, TODAY)).isTrue();
        assertThat(low.permits(Verb.PUBLISH, TODAY)).isFalse();
        assertThat(low.permits(Verb.PUBLISH, TODAY, "message", null)).isFalse();
        assertThat(low.permitsAny(Verb.PUBLISH)).isFalse();
    }

    @Test
    void deniesWhatIsExceptedWhateverPermitsIt() {
        Grant most = Grant.EVERYTHING.except(on(Verb.SUBSCRIBE, "internal/**"));
        assertThat(reads(most, "news/*")).isTrue();
        assertThat(reads(most, "internal/a")).isFalse();
        assertThat(reads(most, "**")).as("a part of it is denied").isFalse();
        assertThat(reads(most, "*/a")).isFalse();
        assertThat(most.permits(Verb.SUBSCRIBE, new ChannelName("internal/a"))).isFalse();
        assertThat(most.permits(Verb.PUBLISH, new ChannelName("internal/a"))).isTrue();
    }

    @Test
    void deniesOnlyTheEventsThatAreExcepted() {
        var alarms = new Permission(Pattern.of("news/**"), "alarm", null);
        Grant most = Grant.EVERYTHING.except(Permissions.of(Map.of(Verb.PUBLISH, List.of(alarms))));
        assertThat(most.permits(Verb.PUBLISH, TODAY, "alarm", "k")).isFalse();
        assertThat(most.permits(Verb.PUBLISH, TODAY, "message", "k")).isTrue();
        assertThat(most.permits(Verb.PUBLISH, TODAY)).as("some events").isTrue();
        Grant none = Grant.EVERYTHING.except(on(Verb.PUBLISH, "news/*"));
        assertThat(none.permits(Verb.PUBLISH, TODAY, "message", "k")).isFalse();
        assertThat(none.permits(Verb.PUBLISH, TODAY)).isFalse();
    }

    @Test
    void permitsNothingFromItsEndOn() {
        for (Grant lasting : List.of(READER, Grant.EVERYTHING)) {
            now.set(END.minusMillis(1));
            Grant ending = lasting.until(END, now::get);
            assertThat(reads(ending, "news/today")).isTrue();
            now.set(END);
            assertThat(ending.hasExpired()).isTrue();
            assertThat(reads(ending, "news/today")).isFalse();
            assertThat(ending.permits(Verb.SUBSCRIBE, TODAY)).isFalse();
            assertThat(ending.permits(Verb.SUBSCRIBE, TODAY, "message", null)).isFalse();
            assertThat(ending.permitsAny(Verb.SUBSCRIBE)).isFalse();
        }
    }

    @Test
    void endsWithItsCredential() {
        Grant shown = READER.by(new Credential("key", "7", null, END), now::get);
        assertThat(shown.expiry()).isEqualTo(END);
        assertThat(reads(shown, "news/today")).isTrue();
        now.set(END);
        assertThat(reads(shown, "news/today")).isFalse();
        assertThat(READER.by(new Credential("static", "", null, null), now::get).expiry())
                .isNull();
    }

    @Test
    void countsTheTimeThatIsLeftByItsClock() {
        Grant ending = READER.until(END, now::get);
        assertThat(ending.timeLeftMs()).isEqualTo(1);
        now.set(END);
        assertThat(ending.timeLeftMs()).isZero();
        now.set(END.plusSeconds(3));
        assertThat(ending.timeLeftMs()).isEqualTo(-3_000);
        assertThat(READER.timeLeftMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(READER.until(Instant.MAX, now::get).timeLeftMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void tellsARefusedCallerWhetherACredentialIsMissing() {
        Grant stranger = READER.askingForCredential();
        assertThat(reads(stranger, "news/today")).isTrue();
        assertThat(asksForCredential(stranger)).isTrue();
        assertThat(asksForCredential(READER)).isFalse();
        Grant shown = stranger.by(new Credential("key", "", null, END), now::get);
        assertThat(asksForCredential(shown)).isFalse();
        now.set(END);
        assertThat(asksForCredential(shown)).as("expired").isTrue();
    }

    @Test
    void permitsNoMoreThanTheRulesInForceAtEachUse() {
        var rules = new AtomicReference<@Nullable Grant>();
        Grant limited = READER.limitedBy(rules::get);
        assertThat(limited.isLimited()).isFalse();
        assertThat(reads(limited, "news/today")).isTrue();

        rules.set(Grant.of(ALICE, on(Verb.SUBSCRIBE, "chat/**")));

        assertThat(limited.isLimited()).isTrue();
        assertThat(reads(limited, "news/today")).isFalse();
        assertThat(limited.permits(Verb.SUBSCRIBE, TODAY)).isFalse();
        assertThat(reads(limited, "chat/7")).isTrue();
        rules.set(Grant.of(ALICE, Permissions.NONE));
        assertThat(limited.permitsAny(Verb.SUBSCRIBE)).isFalse();
    }

    @Test
    void addsFurtherPermissionsToTheRulesInForceToo() {
        var rules = new AtomicReference<@Nullable Grant>();
        Grant more = READER.limitedBy(rules::get).and(on(Verb.PUBLISH, "news/*"));
        assertThat(more.isLimited()).isFalse();
        assertThat(more.permits(Verb.PUBLISH, TODAY)).isTrue();

        rules.set(Grant.of(ALICE, on(Verb.SUBSCRIBE, "chat/**")));

        assertThat(more.permits(Verb.PUBLISH, TODAY)).isTrue();
        assertThat(reads(more, "news/today")).isFalse();
        assertThat(reads(more, "chat/7")).isTrue();
    }

    @Test
    void namesTheVerbAndTheChannelsInARefusal() {
        assertThatThrownBy(() -> READER.require(Verb.DELETE, TODAY))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage("'alice' at 192.0.2.7 has no grant of 'delete' for 'news/today'");
        assertThatThrownBy(() -> READER.require(Verb.SUBSCRIBE, Pattern.of("**")))
                .isInstanceOfSatisfying(AccessDeniedException.class, denied -> {
                    assertThat(denied.verb()).isEqualTo(Verb.SUBSCRIBE);
                    assertThat(denied.channels()).isEqualTo("**");
                    assertThat(denied.principal()).isEqualTo(ALICE);
                });
    }

    @Test
    void comparesPrincipalsByNameOnly() {
        assertThat(ALICE.isSameAs(new Principal("alice", "198.51.100.1"))).isTrue();
        assertThat(ALICE.isSameAs(Principal.ANONYMOUS)).isFalse();
    }
}
