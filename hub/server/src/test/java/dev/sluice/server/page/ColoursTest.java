package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Colours have enough contrast in both schemes, as defined by WCAG 2.2 (§1.4.3, §1.4.11).
final class ColoursTest {
    private static final Pattern PAIR = Pattern.compile("--([a-z-]+): light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\);");

    private static Map<String, List<String>> colours() {
        var colours = new HashMap<String, List<String>>();
        PAIR.matcher(Resources.text("design/tokens.css"))
                .results()
                .forEach(found -> colours.put(found.group(1), List.of(found.group(2), found.group(3))));
        return colours;
    }

    @Test
    void textHasEnoughContrast() {
        for (String text : List.of(
                "ink", "quiet", "accent", "good", "warn", "bad", "c-a", "c-b", "c-c", "c-d", "c-e", "c-f", "c-g",
                "c-h")) {
            for (String behind : List.of("ground", "surface", "raised")) {
                assertThat(contrasts(text, behind)).as(text + " on " + behind).allMatch(contrast -> contrast >= 4.5);
            }
        }
        assertThat(contrasts("on-accent", "accent")).allMatch(contrast -> contrast >= 4.5);
    }

    @Test
    void edgesOfControlsHaveEnoughContrast() {
        for (String behind : List.of("ground", "surface")) {
            assertThat(contrasts("edge", behind)).as(behind).allMatch(contrast -> contrast >= 3);
        }
    }

    private static List<Double> contrasts(String one, String other) {
        var colours = colours();
        return List.of(0, 1).stream()
                .map(scheme -> contrast(
                        luminance(colours.get(one).get(scheme)),
                        luminance(colours.get(other).get(scheme))))
                .toList();
    }

    private static double contrast(double one, double other) {
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    private static double luminance(String hex) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double part = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
