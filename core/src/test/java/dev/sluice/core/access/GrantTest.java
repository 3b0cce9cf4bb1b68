package dev.sluice.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class GrantTest {
    private static final Principal ALICE = new Principal("alice", "192.0.2.7");
    private static final Grant READER = Grant.of(
            ALICE,
            Permissions.of(Map.of(
                    Verb.SUBSCRIBE,
                    List.of(Permission.on(Pattern.of("news/*")), Permission.on(Pattern.of("chat/**"))),
                    Verb.JOIN,
                    List.of())));

    private static boolean reads(Grant grant, String pattern) {
        return grant.permits(Verb.SUBSCRIBE, Pattern.of(pattern));
    }

    @Test
    void deniesWhatIsNotGranted() {
        Grant nothing = Grant.of(ALICE, Permissions.NONE);
        for (Verb verb : Verb.values()) {
            assertThat(nothing.permits(verb, new ChannelName("a"))).isFalse();
            assertThat(nothing.permits(verb, Pattern.of("**"))).isFalse();
            assertThat(nothing.permitsAny(verb)).isFalse();
        }
        assertThat(READER.permits(Verb.PUBLISH, new ChannelName("news/today"))).isFalse();
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
    void permitsNothingFromItsEndOn() {
        var now = new AtomicReference<>(Instant.ofEpochSecond(100));
        for (Grant grant : List.of(READER, Grant.EVERYTHING)) {
            now.set(Instant.ofEpochSecond(199));
            Grant short_ = grant.until(Instant.ofEpochSecond(200), now::get);
            assertThat(reads(short_, "news/today")).isTrue();
            now.set(Instant.ofEpochSecond(200));
            assertThat(reads(short_, "news/today")).isFalse();
            assertThat(short_.permits(Verb.SUBSCRIBE, new ChannelName("news/today")))
                    .isFalse();
            assertThat(short_.permitsAny(Verb.SUBSCRIBE)).isFalse();
        }
    }

    @Test
    void namesTheVerbAndTheChannelsInARefusal() {
        assertThatThrownBy(() -> READER.require(Verb.DELETE, new ChannelName("news/today")))
                .isInstanceOf(AccessDenied.class)
                .hasMessage("'alice' at 192.0.2.7 has no grant of 'delete' for 'news/today'");
        assertThatThrownBy(() -> READER.require(Verb.SUBSCRIBE, Pattern.of("**")))
                .isInstanceOfSatisfying(AccessDenied.class, denied -> {
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
