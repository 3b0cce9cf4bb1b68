package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Compares the trie with matching each pattern.
class PatternTrieTest {
    private static final List<String> SEGMENTS = List.of("a", "b", "ab", "$a", "é");

    private static String path(Random random, List<String> segments) {
        List<String> path = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) path.add(segments.get(random.nextInt(segments.size())));
        return String.join("/", path);
    }

    private static Pattern pattern(Random random) {
        List<String> withStars = new ArrayList<>(SEGMENTS);
        Collections.addAll(withStars, "*", "*");
        String path = path(random, withStars);
        return Pattern.of(random.nextInt(3) == 0 ? path + "/**" : random.nextInt(20) == 0 ? "**" : path);
    }

    private static int search(PatternTrie.Search<Pattern> search, String name, List<Pattern> found) {
        search.begin(new ChannelName(name));
        int steps = 0;
        for (; !search.isDone(); steps++) search.step(found::add);
        return steps;
    }

    @Property(tries = 50)
    void findsExactlyThePatternsThatMatch(@ForAll long seed) {
        Random random = new Random(seed);
        PatternTrie<Pattern> trie = new PatternTrie<>();
        Set<Pattern> model = new HashSet<>();
        PatternTrie.Search<Pattern> search = trie.search();
        for (int step = 0; step < 200; step++) {
            Pattern pattern = pattern(random);
            if (random.nextInt(3) == 0) {
                trie.remove(pattern);
                model.remove(pattern);
            } else {
                assertThat(trie.computeIfAbsent(pattern, () -> pattern)).isEqualTo(pattern);
                model.add(pattern);
            }
            assertThat(trie.get(pattern) != null).isEqualTo(model.contains(pattern));
            ChannelName name = new ChannelName(path(random, SEGMENTS));
            List<Pattern> found = new ArrayList<>();
            search(search, name.value(), found);
            assertThat(found)
                    .as(name.value())
                    .containsExactlyInAnyOrderElementsOf(
                            model.stream().filter(each -> each.matches(name)).toList());
        }
        model.forEach(trie::remove);
        assertThat(trie.isEmpty()).isTrue();
    }

    @Test
    void searchCostGrowsWithTheNameAndNotWithTheNumberOfPatterns() {
        PatternTrie<Pattern> trie = new PatternTrie<>();
        List<String> patterns = new ArrayList<>(List.of("**", "*/*/price", "stocks/**"));
        for (int i = 0; i < 20_000; i++) patterns.add("p" + i + "/" + i % 64 + "/*");
        for (String each : patterns) {
            Pattern pattern = Pattern.of(each);
            trie.computeIfAbsent(pattern, () -> pattern);
        }
        PatternTrie.Search<Pattern> search = trie.search();
        List<Pattern> found = new ArrayList<>();
        assertThat(search(search, "victim", found)).isEqualTo(2);
        assertThat(search(search, "stocks/x/price", found)).isEqualTo(5);
        assertThat(search(search, "p77/13/x", found)).isLessThanOrEqualTo(6);
        assertThat(found)
                .extracting(Pattern::value)
                .containsExactlyInAnyOrder("**", "**", "*/*/price", "stocks/**", "**", "p77/13/*");
    }

    @Test
    void searchesNamesAndPatternsWithTheMostSegments() {
        PatternTrie<Pattern> trie = new PatternTrie<>();
        for (int stars = 1; stars <= 128; stars++) {
            Pattern pattern = Pattern.of("*/".repeat(stars - 1) + "a");
            trie.computeIfAbsent(pattern, () -> pattern);
        }
        List<Pattern> found = new ArrayList<>();
        search(trie.search(), "a/".repeat(127) + "a", found);
        assertThat(found).extracting(Pattern::value).containsExactly("*/".repeat(127) + "a");
    }
}
