package dev.sluice.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PermissionsTest {
    private static final ChannelName TODAY = new ChannelName("news/today");

    private static Permissions on(Verb verb, String... patterns) {
        return Permissions.of(Map.of(
                verb,
                List.of(patterns).stream().map(Pattern::of).map(Permission::on).toList()));
    }

    @Test
    void permitNothingThatIsNotNamed() {
        for (Verb verb : Verb.values()) {
            assertThat(Permissions.NONE.permits(verb, TODAY)).isFalse();
            assertThat(Permissions.NONE.permitsAny(verb)).isFalse();
            assertThat(Permissions.NONE.overlaps(verb, Pattern.of("**"))).isFalse();
        }
        Permissions readers = on(Verb.SUBSCRIBE, "news/*");
        assertThat(readers.permits(Verb.PUBLISH, TODAY)).isFalse();
        assertThat(readers.permits(Verb.SUBSCRIBE, new ChannelName("chat"))).isFalse();
        assertThat(readers.permits(Verb.SUBSCRIBE, TODAY)).isTrue();
    }

    @Test
    void areNoneIfNoVerbHasAChannel() {
        assertThat(Permissions.of(Map.of(Verb.JOIN, List.of()))).isSameAs(Permissions.NONE);
        assertThat(Permissions.of(Map.of(Verb.JOIN, List.of())).permitsAny(Verb.JOIN))
                .isFalse();
    }

    @Test
    void permitEverythingAlsoOnReservedNamesIfUnlimited() {
        for (Verb verb : Verb.values()) {
            assertThat(Permissions.ALL.covers(verb, Pattern.of("$presence/**"))).isTrue();
            assertThat(Permissions.ALL.permits(verb, TODAY, "any", null)).isTrue();
            assertThat(Permissions.ALL.permitsAny(verb)).isTrue();
        }
        assertThat(on(Verb.SUBSCRIBE, "**").covers(Verb.SUBSCRIBE, Pattern.of("$presence/**")))
                .isFalse();
    }

    @Test
    void coverAPatternOnlyByOnePermissionAlone() {
        Permissions halves = on(Verb.SUBSCRIBE, "news/a", "news/b", "chat/**");
        assertThat(halves.covers(Verb.SUBSCRIBE, Pattern.of("chat/7/*"))).isTrue();
        assertThat(halves.covers(Verb.SUBSCRIBE, Pattern.of("news/*"))).isFalse();
        assertThat(halves.overlaps(Verb.SUBSCRIBE, Pattern.of("news/*"))).isTrue();
        assertThat(halves.overlaps(Verb.SUBSCRIBE, Pattern.of("sport/*"))).isFalse();
    }

    @Test
    void limitEventsByTypeAndKey() {
        var reading = new Permission(Pattern.of("news/**"), "reading", "alice");
        Permissions limited = Permissions.of(Map.of(Verb.PUBLISH, List.of(reading)));
        assertThat(limited.permits(Verb.PUBLISH, TODAY, "reading", "alice")).isTrue();
        assertThat(limited.permits(Verb.PUBLISH, TODAY, "reading", "bob")).isFalse();
        assertThat(limited.permits(Verb.PUBLISH, TODAY, "reading", null)).isFalse();
        assertThat(limited.permits(Verb.PUBLISH, TODAY, "message", "alice")).isFalse();
        assertThat(limited.permits(Verb.PUBLISH, new ChannelName("chat"), "reading", "alice"))
                .isFalse();
        assertThat(limited.permits(Verb.PUBLISH, TODAY)).isTrue();
        assertThat(limited.permitsEveryEvent(Verb.PUBLISH, TODAY)).isFalse();
        assertThat(on(Verb.PUBLISH, "news/*").permitsEveryEvent(Verb.PUBLISH, TODAY))
                .isTrue();
    }

    @Test
    void permitTogetherWhatAnyOfTwoPermits() {
        Permissions both =
                on(Verb.SUBSCRIBE, "news/*").and(on(Verb.SUBSCRIBE, "chat")).and(on(Verb.JOIN, "chat"));
        assertThat(both.permits(Verb.SUBSCRIBE, TODAY)).isTrue();
        assertThat(both.permits(Verb.SUBSCRIBE, new ChannelName("chat"))).isTrue();
        assertThat(both.permits(Verb.JOIN, new ChannelName("chat"))).isTrue();
        assertThat(both.permits(Verb.JOIN, TODAY)).isFalse();
        assertThat(both.and(Permissions.NONE)).isSameAs(both);
        assertThat(Permissions.NONE.and(both)).isSameAs(both);
        assertThat(both.and(Permissions.ALL)).isSameAs(Permissions.ALL);
        assertThat(Permissions.ALL.and(both)).isSameAs(Permissions.ALL);
    }
}
