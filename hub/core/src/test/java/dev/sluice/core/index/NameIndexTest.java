package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Compares the index of names with matching each name.
final class NameIndexTest {
    /// '-' and '.' sort before '/', and '0' directly after it.
    private static final List<String> SEGMENTS = List.of("a", "a-", "a.b", "a0", "b", "0", "-", "$a", "zz", "aa");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final NameIndex index = new NameIndex();
    private final TreeMap<String, ChannelIndex> expected = new TreeMap<>();

    private static ChannelIndex channel(String name) {
        return new ChannelIndex(new ChannelName(name), 0, Retention.ALL, null, 0);
    }

    private String segment() {
        return SEGMENTS.get(random.nextInt(SEGMENTS.size()));
    }

    private String name() {
        StringBuilder name = new StringBuilder(segment());
        for (int i = random.nextInt(4); i > 0; i--) name.append('/').append(segment());
        return name.toString();
    }

    private Pattern pattern() {
        StringBuilder pattern = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            if (i > 0) pattern.append('/');
            boolean isWildcard = random.nextInt(2) == 0;
            pattern.append(!isWildcard ? segment() : i == length - 1 && random.nextBoolean() ? "**" : "*");
        }
        return Pattern.of(pattern.toString());
    }

    @Test
    void findsExactlyTheChannelsOfAPattern() {
        for (int i = 0; i < 1_000; i++) {
            String name = name();
            if (random.nextInt(3) == 0) {
                ChannelIndex removed = expected.remove(name);
                if (removed != null) index.remove(removed);
            } else {
                ChannelIndex channel = channel(name);
                expected.put(name, channel);
                index.put(channel);
            }
            Pattern pattern = pattern();
            List<ChannelIndex> found = new ArrayList<>();
            assertThat(index.addMatching(pattern, 1_000_000, found)).isNotNegative();
            assertThat(found)
                    .as("seed %d, %s among %s", seed, pattern, expected.keySet())
                    .containsExactlyElementsOf(expected.values().stream()
                            .filter(channel -> pattern.matches(channel.name))
                            .toList());
        }
    }

    @Test
    void skipsNamesThatCannotMatch() {
        for (int i = 0; i < 5_000; i++) index.put(channel("e/" + i + "/x"));
        for (int i = 0; i < 100; i++) index.put(channel("f/" + i + "/y"));
        for (String none : List.of("zz/*", "aa/**", "e", "e/7/*/*", "e/7/y")) {
            assertThat(steps(none)).as(none).isLessThanOrEqualTo(3);
        }
        assertThat(steps("f/*/y")).isLessThanOrEqualTo(2 * 100 + 1);
        assertThat(steps("*/7/x")).isLessThanOrEqualTo(2 * 2 + 2);
    }

    private int steps(String pattern) {
        return 30_000 - index.addMatching(Pattern.of(pattern), 30_000, new ArrayList<>());
    }

    @Test
    void reportsWhenItNeedsTooManySteps() {
        for (int i = 0; i < 100; i++) index.put(channel("e/" + i));
        assertThat(index.addMatching(Pattern.of("e/*"), 99, new ArrayList<>())).isNegative();
        assertThat(index.addMatching(Pattern.of("e/*"), 100, new ArrayList<>())).isZero();
    }
}
